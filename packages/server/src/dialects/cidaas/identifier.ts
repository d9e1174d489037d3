import type { Filter, FilterField, JsonObject } from '@rekey/core'
import { isBent, textOf } from './members.js'

/** Members that say who somebody is. `PhoneNumber` is a stray of the Android client. Source: the SDKs' models of the initiating call. */
const IDENTIFIERS: readonly (readonly [member: string, field: FilterField])[] = [
  ['email', 'mail'],
  ['mobile', 'phone'],
  ['phone', 'phone'],
  ['PhoneNumber', 'phone'],
  ['username', 'userName'],
  ['sub', 'id'],
]

/** Longest identifier that is looked for. */
const MAX_LENGTH = 320

/** The search for the one person that a body names; undefined when it names nobody, or in two ways. */
export function filterOf(members: JsonObject): Filter | undefined {
  const [given, ...more] = IDENTIFIERS.flatMap(([member, field]): Filter[] => {
    const value = textOf(members, member)
    return value === undefined ? [] : [{ is: 'equals', field, value }]
  })
  if (!given || more.length > 0 || IDENTIFIERS.some(([member]) => isBent(members, member))) return undefined
  return given.is === 'equals' && given.value.length <= MAX_LENGTH ? given : undefined
}
