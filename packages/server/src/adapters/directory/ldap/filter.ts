import type { Filter, FilterField } from '@rekey/core'
import { AndFilter, EqualityFilter, OrFilter, PresenceFilter, SubstringFilter, type Filter as LdapFilter } from 'ldapts'
import { combineFilter } from '../combine-filter.js'
import { foldAscii } from '../fold.js'
import { foldName, readName, writeName } from './distinguished-name.js'
import { guidBytes } from './guid.js'
import type { LdapEntry } from './ldap-entry.js'
import { domainIn, idIn, isGuid, nameIn } from './profile.js'
import type { LdapMapping } from './settings.js'

/** What the server is asked, and whether an entry that it gives is meant: servers fold more than was declared. */
export interface Condition {
  readonly asks: LdapFilter
  readonly holds: (entry: LdapEntry) => boolean
}

/** Longest value that anything is compared with, in UTF-16 units. */
const MAX_VALUE_UNITS = 1_024

/**
 * Turns a filter into a condition on entries. Values go into the request as they are, each in a field of its own, and never into a filter's
 * text: there is nothing to escape, and nothing to escape from.
 */
export function conditionOf(filter: Filter, mapping: LdapMapping): Condition {
  const nobody = nobodyIn(mapping)
  return combineFilter<Condition>(filter, {
    nobody,
    equals: (field, value) => (isComparable(value) ? equals(field, value, mapping) : undefined) ?? nobody,
    all: (conditions) => ({
      asks: new AndFilter({ filters: conditions.map(({ asks }) => asks) }),
      holds: (entry) => conditions.every(({ holds }) => holds(entry)),
    }),
    any: (conditions) => ({
      asks: new OrFilter({ filters: conditions.map(({ asks }) => asks) }),
      holds: (entry) => conditions.some(({ holds }) => holds(entry)),
    }),
  })
}

/** Asked of the server like any name, so that it costs what any name costs. */
export function nobodyIn({ userName }: LdapMapping): Condition {
  return { asks: new EqualityFilter({ attribute: userName, value: 'nobody-3f0d6b0a5c6e4b7f' }), holds: () => false }
}

/** Half a surrogate pair is no text; what is empty or endless is in no entry. */
function isComparable(value: string): boolean {
  return value !== '' && value.length <= MAX_VALUE_UNITS && !/\p{Surrogate}/u.test(value)
}

function equals(field: FilterField, value: string, mapping: LdapMapping): Condition | undefined {
  switch (field) {
    case 'id':
      return hasId(value, mapping)
    case 'userName':
    case 'mail':
    case 'principalName':
      return compared(mapping[field], value, foldAscii)
    case 'login':
      return compared(mapping.login ?? mapping.userName, value, foldAscii)
    case 'phone':
    case 'givenName':
    case 'surname':
      return compared(mapping[field], value, asIs)
    case 'domain':
      return inDomain(value, mapping)
    case 'distinguishedName':
      return named(value, mapping)
  }
}

const asIs = (text: string) => text

function compared(attribute: string | undefined, value: string, form: (text: string) => string): Condition | undefined {
  if (attribute === undefined) return undefined
  const wanted = form(value)
  return { asks: new EqualityFilter({ attribute, value }), holds: (entry) => entry.texts(attribute).some((text) => form(text) === wanted) }
}

function hasId(value: string, mapping: LdapMapping): Condition | undefined {
  const bytes = isGuid(mapping) ? guidBytes(value) : value
  if (bytes === undefined) return undefined
  return { asks: new EqualityFilter({ attribute: mapping.id, value: bytes }), holds: (entry) => idIn(entry, mapping) === value }
}

/** A domain by its DNS name or by the first label of it. */
function inDomain(value: string, mapping: LdapMapping): Condition {
  const wanted = foldAscii(value)
  const { domain: attribute } = mapping
  return {
    asks:
      attribute === undefined
        ? new PresenceFilter({ attribute: 'objectClass' })
        : new OrFilter({
            filters: [new EqualityFilter({ attribute, value }), new SubstringFilter({ attribute, initial: `${value}.` })],
          }),
    holds: (entry) => {
      const domain = domainIn(entry, mapping)
      const folded = domain === undefined ? undefined : foldAscii(domain)
      return folded === wanted || folded?.split('.')[0] === wanted
    },
  }
}

function named(value: string, mapping: LdapMapping): Condition | undefined {
  const name = readName(value)
  const { distinguishedName: attribute } = mapping
  if (name === undefined || attribute === undefined) return undefined
  const wanted = foldName(name)
  return {
    asks: new EqualityFilter({ attribute, value: writeName(name) }),
    holds: (entry) => {
      const held = nameIn(entry, mapping)
      return held !== undefined && foldName(held) === wanted
    },
  }
}
