import { SourceFile } from '@rekey/core'
import { redactAddresses } from './redact.js'
import type { ConfigPath, Override } from './source.js'
import type { Variables } from './variables.js'

/** Values of the command line; they win over the environment, which wins over the file. */
export interface Flags {
  readonly port?: string
  readonly host?: string
  readonly processes?: string
  /** Turns the aids of development on, whatever the file says. */
  readonly dev?: true
}

const VARIABLES: readonly (readonly [name: string, path: ConfigPath])[] = [
  ['PORT', ['port']],
  ['HOST', ['host']],
  ['REDIS_URL', ['store', 'redis']],
]

const isNumeric = ([key]: ConfigPath): boolean => key === 'port' || key === 'processes'

/** Collects what overrides the file. A variable that is set but empty overrides nothing. */
export function readOverrides(env: Variables, flags: Flags): readonly Override[] {
  const overrides: Override[] = []
  const add = (path: ConfigPath, origin: string, before: string, text: string | undefined): void => {
    if (text === undefined || overrides.some((one) => one.path.join('.') === path.join('.'))) return
    const file = new SourceFile(origin, `${before}${redactAddresses(text)}`)
    const value = isNumeric(path) && /^\d{1,9}$/.test(text) ? Number(text) : text
    overrides.push({ path, value, place: { file, span: { start: before.length, end: file.text.length } } })
  }
  add(['port'], 'command line', '--port ', flags.port)
  add(['host'], 'command line', '--host ', flags.host)
  add(['processes'], 'command line', '--processes ', flags.processes)
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
