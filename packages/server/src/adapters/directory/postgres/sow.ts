import { randomUUID } from 'node:crypto'
import { foldDistinguishedName, Secret, type GroupNesting } from '@rekey/core'
import type { PasswordForm } from '../../passwords/password-form.js'
import { answerText } from '../answer-text.js'
import { randomVersion } from '../credential-version.js'
import { foldAscii } from '../fold.js'
import { hashOf } from '../hash-of.js'
import type { NewPerson, Questions } from '../person.js'
import { quoted } from './names.js'
import { NotOurDatabase, type PostgresDatabase, type Transaction } from './postgres-database.js'
import { isStorable, joined, plain, sql, type Sql, type SqlValue } from './statement.js'

/** People, questions and groups of a file, under the digest by which it is remembered. */
export interface Sowing {
  readonly digest: string
  readonly people: readonly NewPerson[]
  readonly questions: Questions
  readonly groups: GroupNesting
}

/** Whether a file of this digest was ever taken into our tables, and whether it was the last one. */
export async function sown(database: Pick<PostgresDatabase, 'rows'>, schema: string, digest: string): Promise<'never' | 'once' | 'last'> {
  const [row] = await database.rows(sql`SELECT replaced FROM ${quoted(`${schema}.seeds`)} WHERE digest = ${value(digest)}`)
  if (row === undefined) return 'never'
  return row['replaced'] === true ? 'once' : 'last'
}

/**
 * Takes people in. Whoever has the user name or id of somebody already is passed over; only declared attributes are given to them, if they
 * have none yet. Questions and the groups inside groups are replaced. All or nothing; of two processes one does it and the other finds it done.
 */
export async function sow(
  database: PostgresDatabase,
  schema: string,
  { digest, people, questions, groups }: Sowing,
  hasher: PasswordForm,
): Promise<void> {
  const table = (name: string) => quoted(`${schema}.${name}`)
  const known = await database.rows(plain(`SELECT lower(user_name COLLATE "C") AS name FROM ${table('people')}`))
  const names = new Set(known.map((row) => row['name']))
  const strangers: HashedPerson[] = []
  // One after the other: a long list must not fill the hasher's line, in which real people wait as well.
  for (const person of people) if (!names.has(foldAscii(person.userName))) strangers.push(await hashed(person, hasher))
  await database.slowly(async (transaction) => {
    await transaction.rows(sql`SELECT pg_advisory_xact_lock(hashtextextended(${value(`rekey ${schema}`)}, 0))`)
    if ((await sown(transaction, schema, digest)) === 'last') return
    for (const person of strangers) await insertPerson(transaction, table, person)
    for (const { userName, attributes } of people) {
      if (attributes === undefined || !names.has(foldAscii(userName))) continue
      await transaction.rows(sql`UPDATE ${table('people')} SET attributes = ${value(JSON.stringify(attributes))}::jsonb
        WHERE lower(user_name COLLATE "C") = ${value(foldAscii(userName))} AND attributes = '{}'`)
    }
    await transaction.rows(plain(`DELETE FROM ${table('questions')}`))
    for (const [id, texts] of questions) {
      for (const [language, text] of Object.entries(texts)) await insert(transaction, table('questions'), { id, language, text })
    }
    await transaction.rows(plain(`DELETE FROM ${table('group_members')}`))
    for (const [outer, members] of groups) {
      for (const member of members) await insert(transaction, table('group_members'), { outer_group: outer, member })
    }
    await transaction.rows(plain(`UPDATE ${table('seeds')} SET replaced = true`))
    await transaction.rows(
      sql`INSERT INTO ${table('seeds')} (digest) VALUES (${value(digest)}) ON CONFLICT (digest) DO UPDATE SET replaced = false`,
    )
  })
}

/** Somebody without the secrets in clear. */
interface HashedPerson {
  readonly columns: { readonly [column: string]: SqlValue }
  readonly groups: readonly string[]
  readonly answers: readonly { readonly question: string; readonly own: string | null; readonly hash: string }[]
}

async function hashed(person: NewPerson, hasher: PasswordForm): Promise<HashedPerson> {
  const answers = (person.answers ?? []).map(async (given, at) => ({
    ...('question' in given ? { question: given.question, own: null } : { question: `own${at + 1}`, own: given.ownQuestion }),
    hash: await hasher.hash(answerText(new Secret(given.answer))),
  }))
  return {
    columns: {
      id: person.id ?? randomUUID(),
      user_name: person.userName,
      mail: person.mail ?? null,
      phone: person.phone ?? null,
      given_name: person.givenName ?? null,
      surname: person.surname ?? null,
      locale: person.locale ?? null,
      state: person.state ?? 'active',
      login: person.login ?? person.userName,
      domain: person.domain ?? null,
      principal_name: person.principalName ?? null,
      distinguished_name: person.distinguishedName ?? null,
      distinguished_name_folded: person.distinguishedName === undefined ? null : foldDistinguishedName(person.distinguishedName),
      password_hash: await hashOf(person, hasher),
      credential_version: randomVersion(),
      totp_secret: person.totp ?? null,
      attributes: JSON.stringify(person.attributes ?? {}),
    },
    groups: person.groups ?? [],
    answers: await Promise.all(answers),
  }
}

async function insertPerson(transaction: Transaction, table: (name: string) => string, person: HashedPerson): Promise<void> {
  const rows = await insert(transaction, table('people'), person.columns)
  // Somebody has the name or the id.
  if (rows === 0) return
  const id = person.columns['id'] ?? null
  for (const group of person.groups) await insert(transaction, table('person_groups'), { person: id, group_name: group })
  for (const answer of person.answers) await insert(transaction, table('answers'), { person: id, ...answer })
}

/** @returns how many rows went in: none where one of the same key is there. */
async function insert(transaction: Transaction, table: string, columns: { readonly [column: string]: SqlValue }): Promise<number> {
  const names = Object.keys(columns).map(quoted).join(', ')
  const values = Object.entries(columns).map(([name, given]) => (name === 'attributes' ? sql`${value(given)}::jsonb` : value(given)))
  const rows = await transaction.rows(
    sql`INSERT INTO ${table} (${names}) VALUES (${joined(values, ', ')}) ON CONFLICT DO NOTHING RETURNING 1 AS done`,
  )
  return rows.length
}

function value(given: SqlValue): Sql {
  if (typeof given === 'string' && !isStorable(given))
    throw new NotOurDatabase('cannot hold a text with a NUL or half a character, which a file of people has')
  return { sql: '?::text', args: [given] }
}
