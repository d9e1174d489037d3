import type { Row } from '@libsql/client'
import { withOuterGroups, type AccountState, type GroupNesting, type Principal } from '@rekey/core'
import type { DeclaredAttributes } from './declared-attributes.js'
import type { Condition } from './filter-sql.js'
import { listOf, readAnswers } from './stored-answer.js'

const COLUMNS = [
  'id',
  'user_name',
  'mail',
  'phone',
  'given_name',
  'surname',
  'locale',
  'state',
  'groups',
  'answers',
  'password_hash IS NOT NULL',
  'credential_version',
  'principal_name',
  'distinguished_name',
  'totp_secret IS NOT NULL',
  'must_change',
  'attributes',
]

const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Nobody: as long as a person, without an id. */
const FILLER = JSON.stringify([
  null,
  'somebody',
  'somebody@example.com',
  '+15550100',
  'Some',
  'Body',
  null,
  'active',
  '["staff"]',
  JSON.stringify([{ id: '1', hash: HASH }]),
  1,
  'A'.repeat(22),
  null,
  null,
  0,
  0,
  '{"unit":"any"}',
])

/**
 * A query for people that always gives the same number of rows: what is missing is filled up, so that somebody who does not exist
 * costs as much to fetch and to read as somebody who does. One JSON text for each row is what the library hands over the fastest.
 */
export function peopleQuery(condition: Condition, rows: 1 | 2): Condition {
  return {
    // SQLite works off the parts of a UNION ALL from left to right: people come first.
    sql: `SELECT json_array(${COLUMNS.join(', ')}) AS person FROM people WHERE ${condition.sql}${' UNION ALL SELECT ?'.repeat(rows)} LIMIT ${rows}`,
    args: [...condition.args, ...Array.from({ length: rows }, () => FILLER)],
  }
}

/** What a row alone does not say. */
export interface ReadWith {
  readonly nesting: GroupNesting
  readonly declared: DeclaredAttributes
}

/** The people in the rows of such a query. */
export function peopleIn(rows: readonly Row[], { nesting, declared }: ReadWith): readonly Principal[] {
  // Fillers are read like people and left out only then.
  return rows.map((row) => personIn(listOf(row['person']), nesting, declared)).filter((person) => person.id !== '')
}

/** Hashes stay behind. */
function personIn(columns: readonly unknown[], nesting: GroupNesting, declared: DeclaredAttributes): Principal {
  const [id, userName, mail, phone, givenName, surname, locale, state, groups, answers, hasPassword, version, ...more] = columns
  const [principalName, distinguishedName, hasTotp, mustChange, stored] = more
  const attributes = declared.of(stored)
  const own = listOf(groups).filter((group) => typeof group === 'string')
  return {
    id: textOr(id, ''),
    userName: textOr(userName, ''),
    ...(typeof mail === 'string' && { mail }),
    ...(typeof phone === 'string' && { phone }),
    ...(typeof givenName === 'string' && { givenName }),
    ...(typeof surname === 'string' && { surname }),
    ...(typeof locale === 'string' && { locale }),
    state: stateOf(state),
    groups: withOuterGroups(own, nesting),
    kba: readAnswers(answers).map(({ id, own }) => ({ id, ...(own !== undefined && { own }) })),
    hasPassword: hasPassword === 1,
    credentialVersion: textOr(version, ''),
    ...(typeof principalName === 'string' && { principalName }),
    ...(typeof distinguishedName === 'string' && { distinguishedName }),
    ...(hasTotp === 1 && { totp: true }),
    ...(mustChange === 1 && { mustChange: true }),
    ...(attributes && { attributes }),
  }
}

/** A state that this code does not know is no reason to let somebody in. */
function stateOf(state: unknown): AccountState {
  return state === 'active' || state === 'locked' ? state : 'disabled'
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
