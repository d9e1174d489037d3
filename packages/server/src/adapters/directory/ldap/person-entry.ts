import { createHash } from 'node:crypto'
import type { Json, Principal, Properties } from '@rekey/core'
import type { DeclaredAttributes } from '../declared-attributes.js'
import { mustChangeIn, STATE_ATTRIBUTES, stateIn } from './account-state.js'
import { writeName } from './distinguished-name.js'
import type { LdapEntry } from './ldap-entry.js'
import { idIn, nameIn } from './profile.js'
import type { LdapSettings } from './settings.js'
import { answersIn } from './stored-answers.js'

/** What an entry alone does not say. */
export interface ReadWith {
  readonly settings: LdapSettings
  readonly declared: DeclaredAttributes
  /** Types of the declared attributes, by name. */
  readonly types: Properties
  readonly now: number
  readonly groups: readonly string[]
  readonly hasPassword: boolean
}

/** The attributes that are read of people. The password is none of them. */
export function readAttributes({ kind, people }: LdapSettings): readonly string[] {
  const { attributes, status, ...named } = people
  const names = [...Object.values(named), status?.attribute, ...Object.values(attributes), ...STATE_ATTRIBUTES[kind]]
  return [...new Set(names.filter((name) => name !== undefined))]
}

export function personIn(entry: LdapEntry, { settings, declared, types, now, groups, hasPassword }: ReadWith): Principal {
  const { people, kind } = settings
  const text = (name: string, attribute: string | undefined) => {
    const value = entry.text(attribute)
    return value === undefined ? {} : { [name]: value }
  }
  const name = nameIn(entry, people)
  const attributes = declared.of(JSON.stringify(typedAttributes(entry, people.attributes, types)))
  return {
    id: idIn(entry, people) ?? '',
    userName: entry.text(people.userName) ?? '',
    ...text('mail', people.mail),
    ...text('phone', people.phone),
    ...text('givenName', people.givenName),
    ...text('surname', people.surname),
    ...text('locale', people.locale),
    state: stateIn(entry, settings, now),
    groups,
    kba: answersIn(entry, people.answers).map(({ id, own }) => ({ id, ...(own !== undefined && { own }) })),
    hasPassword,
    credentialVersion: versionIn(entry, people),
    ...text('principalName', people.principalName),
    ...(name && { distinguishedName: writeName(name) }),
    ...(entry.text(people.totp) !== undefined && { totp: true }),
    ...(mustChangeIn(entry, kind) && { mustChange: true }),
    ...(attributes && { attributes }),
  }
}

/**
 * What moves with a change: the server's note of it, and ours of which one it was. The server counts in seconds; two changes of ours within
 * one differ in ours.
 */
export function versionIn(entry: LdapEntry, { version, lastAct }: LdapSettings['people']): string {
  const held = JSON.stringify([entry.text(version) ?? null, entry.text(lastAct) ?? null])
  return createHash('sha256').update(held).digest('base64url')
}

/** Values of a tree are texts; here they become what they are declared as. What does not fit is left out. */
function typedAttributes(
  entry: LdapEntry,
  names: { readonly [name: string]: string },
  types: Properties,
): { readonly [name: string]: Json } {
  const typed: { [name: string]: Json } = Object.create(null)
  for (const [name, attribute] of Object.entries(names)) {
    const values = entry.texts(attribute)
    const [first] = values
    const { type } = types[name] ?? {}
    if (first === undefined) continue
    if (type === 'array') typed[name] = values
    else if (type === 'string') typed[name] = first
    else if (type === 'boolean' && /^(?:TRUE|FALSE)$/i.test(first)) typed[name] = first.toUpperCase() === 'TRUE'
    else if (type === 'integer' && /^-?\d{1,15}$/.test(first)) typed[name] = Number(first)
  }
  return { ...typed }
}
