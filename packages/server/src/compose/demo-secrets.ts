import type { Config } from '../config/config.js'

/** Secrets of the flows that ship, for trying out: public, and used only where nothing else is set. */
const DEMO_SECRETS: ReadonlyMap<string, string> = new Map([['REKEY_BRIGHT_PATTERN_TOKEN', 'secret_token']])

/** Looks up what stands behind a `${NAME}` in a flow: the environment, and in the demonstration the demo's own. */
export function secretsOf(config: Config, env: NodeJS.ProcessEnv): (name: string) => string | undefined {
  const isDemo = config.dev && config.directory.isDemo
  return (name) => env[name] ?? (isDemo ? DEMO_SECRETS.get(name) : undefined)
}
