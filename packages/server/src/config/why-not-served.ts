import { stepsOf, type CompiledFlow, type Registry } from '@rekey/core'
import type { Config } from './config.js'
import { lacksPublicUrl } from './public-url.js'
import { whyUnusable } from './unusable-steps.js'

/** What decides, beside the flow itself, whether it is served. */
export interface Surroundings {
  readonly config: Config
  readonly registry: Registry
  /** The value behind a `${NAME}`. */
  readonly secrets: (name: string) => string | undefined
}

/**
 * Why a flow that compiled is left out all the same: a warning that nobody has accepted, no address for its links, a step
 * that cannot work with the configuration, or a secret that is not set.
 * @returns undefined for one that is served.
 */
export function whyNotServed(flow: CompiledFlow, { config, registry, secrets }: Surroundings): string | undefined {
  const [unaccepted] = flow.unaccepted
  if (unaccepted) return `${unaccepted.message}: accept \`${unaccepted.code}\` in the file, or mend it`
  if (lacksPublicUrl(config, flow, registry)) return 'its messages may hold a link: configure `publicUrl`'
  const unusable = whyUnusable(config, flow)
  if (unusable !== undefined) return unusable
  const unset = secretsOf(flow, registry).find((name) => (secrets(name) ?? '') === '')
  return unset === undefined ? undefined : `the environment variable \`${unset}\`, a secret of it, is not set`
}

/** Names of the variables behind the secret settings of a flow. */
function secretsOf({ machine }: CompiledFlow, registry: Registry): readonly string[] {
  return stepsOf(machine).flatMap(({ type, settings }) =>
    Object.entries(settings).flatMap(([name, value]) => {
      if (registry.steps.get(type)?.settings[name]?.secret !== true || typeof value !== 'string') return []
      return [value.replace(/^\$\{(.*)\}$/, '$1')]
    }),
  )
}
