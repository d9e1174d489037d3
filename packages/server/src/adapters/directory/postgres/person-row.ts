import { withOuterGroups, type AccountState, type GroupNesting, type Principal } from '@rekey/core'
import type { DeclaredAttributes } from '../declared-attributes.js'
import { listOf } from '../stored-answer.js'
import type { Mapping } from './mapping.js'
import type { Row } from './postgres-database.js'

/** What a row alone does not say. */
export interface ReadWith {
  readonly mapping: Mapping
  readonly nesting: GroupNesting
  readonly declared: DeclaredAttributes
}

/** The people in the rows of `peopleQuery`. Fillers are read like people and left out only then. */
export function peopleIn(rows: readonly Row[], readWith: ReadWith): readonly Principal[] {
  return rows
    .map((row) => listOf(row['person']))
    .map(([known, ...columns]) => ({ known, person: personIn(columns, readWith) }))
    .filter(({ known }) => known === true)
    .map(({ person }) => person)
}

function personIn(columns: readonly unknown[], { mapping, nesting, declared }: ReadWith): Principal {
  const [id, userName, mail, phone, givenName, surname, locale, state, hasPassword, version, ...more] = columns
  const [principalName, distinguishedName, hasTotp, mustChange, stored, groups, answers] = more
  const attributes = declared.of(JSON.stringify(stored))
  return {
    id: textOr(id, ''),
    userName: textOr(userName, ''),
    ...(isFilled(mail) && { mail }),
    ...(isFilled(phone) && { phone }),
    ...(isFilled(givenName) && { givenName }),
    ...(isFilled(surname) && { surname }),
    ...(isFilled(locale) && { locale }),
    state: stateOf(state, mapping),
    groups: withOuterGroups(
      membersOf(groups).filter((group) => typeof group === 'string'),
      nesting,
    ),
    kba: membersOf(answers).flatMap(questionIn),
    hasPassword: hasPassword === true,
    credentialVersion: textOr(version, ''),
    ...(isFilled(principalName) && { principalName }),
    ...(isFilled(distinguishedName) && { distinguishedName }),
    ...(hasTotp === true && { totp: true }),
    ...(mustChange === true && { mustChange: true }),
    ...(attributes && { attributes }),
  }
}

/** A question that somebody has answered, with its text if it is their own. */
function questionIn(stored: unknown): Principal['kba'] {
  const [id, own] = membersOf(stored)
  if (typeof id !== 'string') return []
  return [{ id, ...(isFilled(own) && { own }) }]
}

/** A state that the mapping does not name is no reason to let somebody in. */
function stateOf(value: unknown, { state }: Mapping): AccountState {
  if (state === undefined) return 'active'
  if (typeof value !== 'string') return 'disabled'
  if (state.active.includes(value)) return 'active'
  return state.locked.includes(value) ? 'locked' : 'disabled'
}

function membersOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Many tables hold an empty text where there is nothing. */
function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
