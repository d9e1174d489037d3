import { domainOf, readName, type EntryName } from './distinguished-name.js'
import { guidText } from './guid.js'
import type { LdapEntry } from './ldap-entry.js'
import type { LdapMapping } from './settings.js'

/** Active Directory's id is no text. */
export function isGuid({ id }: LdapMapping): boolean {
  return id.toLowerCase() === 'objectguid'
}

export function idIn(entry: LdapEntry, mapping: LdapMapping): string | undefined {
  return isGuid(mapping) ? guidText(entry.bytes(mapping.id)) : entry.text(mapping.id)
}

/** The name of the entry, or the one that an attribute holds instead. */
export function nameIn(entry: LdapEntry, { distinguishedName }: LdapMapping): EntryName | undefined {
  const held = entry.text(distinguishedName)
  return held === undefined ? undefined : readName(held)
}

export function domainIn(entry: LdapEntry, { domain }: LdapMapping): string | undefined {
  if (domain !== undefined) return entry.text(domain)
  const name = readName(entry.dn)
  return name && domainOf(name)
}
