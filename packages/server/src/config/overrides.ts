import { SourceFile } from '@rekey/core'
import { redactAddresses } from './redact.js'
import type { ConfigPath, Override } from './source.js'
import type { Variables } from './variables.js'

/** Values of the command line; they win over the environment, which wins over the file. */
export interface Flags {
  readonly port?: string
  readonly host?: string
  /** Turns the aids of development on, whatever the file says. */
  readonly dev?: true
}

const VARIABLES: readonly (readonly [name: string, path: ConfigPath])[] = [
  ['PORT', ['port']],
  ['HOST', ['host']],
  ['REDIS_URL', ['store', 'redis']],
]

/** Collects what overrides the file. A variable that is set but empty overrides nothing. */
export function readOverrides(env: Variables, flags: Flags): readonly Override[] {
  const overrides: Override[] = []
  const add = (path: ConfigPath, origin: string, before: string, text: string | undefined): void => {
    if (text === undefined || overrides.some((one) => one.path.join('.') === path.join('.'))) return
    const file = new SourceFile(origin, `${before}${redactAddresses(text)}`)
    const value = path[0] === 'port' && /^\d{1,9}$/.test(text) ? Number(text) : text
    overrides.push({ path, value, place: { file, span: { start: before.length, end: file.text.length } } })
  }
  add(['port'], 'command line', '--port ', flags.port)
  add(['host'], 'command line', '--host ', flags.host)
  if (flags.dev) {
    const text = 'rekey dev'
    overrides.push({
      path: ['dev'],
      value: true,
      place: { file: new SourceFile('command line', text), span: { start: 6, end: text.length } },
    })
  }
  for (const [name, path] of VARIABLES) add(path, 'environment', `${name}=`, env[name] === '' ? undefined : env[name])
  return overrides
}
