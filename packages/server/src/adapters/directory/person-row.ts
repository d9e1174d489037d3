import type { Row } from '@libsql/client'
import type { AccountState, Principal } from '@rekey/core'

/** An answer as it is stored. */
export interface StoredAnswer {
  readonly id: string
  readonly own?: string
  readonly hash: string
}

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
  'password_hash IS NOT NULL AS has_password',
  'credential_version',
]

/** Stands in for a row that is not there: as many columns, of about the same length. */
const FILLER = [
  "'00000000-0000-0000-0000-000000000000'",
  "'somebody'",
  "'somebody@example.com'",
  "'+15550100'",
  "'Given'",
  "'Surname'",
  "'en'",
  "'active'",
  `'["staff"]'`,
  `'[{"id":"1","hash":"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]'`,
  '1',
  "'AAAAAAAAAAAAAAAAAAAAAA'",
]

/**
 * A query for people that always gives the same number of rows: what is missing is filled up, so that a person who does not exist
 * costs as much to fetch and to read as one who does. `principalsIn` leaves the filler out again.
 */
export function peopleQuery(condition: string, rows: 1 | 2): string {
  const found = `SELECT * FROM (SELECT ${COLUMNS.join(', ')}, 0 AS filler FROM people WHERE ${condition} LIMIT ${rows})`
  const filler = `SELECT ${FILLER.join(', ')}, 1`
  return `${found}${` UNION ALL ${filler}`.repeat(rows)} ORDER BY filler LIMIT ${rows}`
}

/** The people in the rows of such a query. */
export function principalsIn(rows: readonly Row[]): readonly Principal[] {
  return rows
    .map((row) => ({ principal: principalIn(row), isFiller: row['filler'] === 1 }))
    .flatMap((one) => (one.isFiller ? [] : [one.principal]))
}

/** Hashes stay behind. */
function principalIn(row: Row): Principal {
  const mail = textIn(row, 'mail')
  const phone = textIn(row, 'phone')
  const givenName = textIn(row, 'given_name')
  const surname = textIn(row, 'surname')
  const locale = textIn(row, 'locale')
  return {
    id: textIn(row, 'id') ?? '',
    userName: textIn(row, 'user_name') ?? '',
    ...(mail !== undefined && { mail }),
    ...(phone !== undefined && { phone }),
    ...(givenName !== undefined && { givenName }),
    ...(surname !== undefined && { surname }),
    ...(locale !== undefined && { locale }),
    state: stateIn(row),
    groups: listIn(row, 'groups').filter((group) => typeof group === 'string'),
    kba: answersIn(row).map(({ id, own }) => ({ id, ...(own !== undefined && { own }) })),
    hasPassword: row['has_password'] === 1,
    credentialVersion: textIn(row, 'credential_version') ?? '',
  }
}

/** The stored answers in a row that has the column `answers`; none when it is null. */
export function answersIn(row: Row): readonly StoredAnswer[] {
  return listIn(row, 'answers').filter(isStoredAnswer)
}

/** A text column; undefined when it is null. */
export function textIn(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column]
  return typeof value === 'string' ? value : undefined
}

/** A state that this code does not know is no reason to let somebody in. */
function stateIn(row: Row): AccountState {
  const state = textIn(row, 'state')
  return state === 'active' || state === 'locked' ? state : 'disabled'
}

function listIn(row: Row, column: string): readonly unknown[] {
  const list: unknown = JSON.parse(textIn(row, column) ?? '[]')
  return Array.isArray(list) ? list : []
}

function isStoredAnswer(value: unknown): value is StoredAnswer {
  return typeof value === 'object' && value !== null && 'id' in value && 'hash' in value
}
