import { durationSeconds } from '@rekey/core'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigSource } from './source.js'

/** Longest time that a call of the directory may be told to take: a person is waiting, and a change must be over before its claim is. */
const MAX_TIMEOUT_SECONDS = 10

/** Checks how long the calls of a directory may take. */
export function checkCallTimes(
  source: ConfigSource,
  kind: 'postgres' | 'ldap',
  times: { readonly connectTimeout: string; readonly queryTimeout: string },
): readonly ConfigFault[] {
  return (['connectTimeout', 'queryTimeout'] as const).flatMap((key) => {
    const seconds = durationSeconds(times[key])
    if (seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS) return []
    const path = ['directory', kind, key]
    return source.fault('config-value', path, { message: `\`${pathText(path)}\` takes from \`1s\` to \`${MAX_TIMEOUT_SECONDS}s\`` })
  })
}

/**
 * Checks what is said of people whom others keep: nobody is added to them, and their attributes are declared.
 * @param where for people: what is not added to.
 */
export function checkOthersPeople(
  { directory: { seed }, attributes }: FilledConfig,
  source: ConfigSource,
  { kind, where, mapped }: { readonly kind: 'postgres' | 'ldap'; readonly where: string; readonly mapped: object },
): readonly ConfigFault[] {
  const path = ['directory', 'seed']
  const sown = { message: `\`directory.seed\` adds people, and nobody is added to ${where}`, label: 'not here' }
  const undeclared = Object.keys(mapped).filter((name) => !Object.hasOwn(attributes, name))
  return [
    ...(seed !== undefined && seed !== 'none' ? [source.fault('config-value', path, sown)] : []),
    ...undeclared.map((name) =>
      source.fault('config-value', ['directory', kind, 'people', 'attributes', name], {
        message: `\`attributes\` declares no attribute \`${name}\``,
        label: 'not declared',
        help: 'declare it there with its type',
      }),
    ),
  ]
}
