import { randomUUID } from 'node:crypto'
import { foldDistinguishedName, Secret } from '@rekey/core'
import type { PasswordForm } from '../passwords/password-form.js'
import { answerText } from './answer-text.js'
import { randomVersion } from './credential-version.js'
import type { Statement } from './database.js'
import { foldAscii } from './fold.js'
import { hashOf } from './hash-of.js'
import type { NewAnswer, NewPerson } from './person.js'
import type { StoredAnswer } from './stored-answer.js'

const COLUMNS = [
  'id',
  'user_name',
  'user_name_folded',
  'mail',
  'mail_folded',
  'phone',
  'given_name',
  'surname',
  'locale',
  'state',
  'groups',
  'answers',
  'password_hash',
  'credential_version',
  'login_folded',
  'domain_folded',
  'domain_label',
  'principal_name',
  'principal_name_folded',
  'distinguished_name',
  'distinguished_name_folded',
  'totp_secret',
  'attributes',
]

/** Hashes the secrets of a new person and makes the statement that takes them in, unless their user name or id is taken. */
export async function insertStatement(person: NewPerson, hasher: PasswordForm): Promise<Statement> {
  const [passwordHash, answers] = await Promise.all([
    hashOf(person, hasher),
    Promise.all((person.answers ?? []).map((answer, at) => storedAnswer(answer, at, hasher))),
  ])
  const domain = person.domain === undefined ? undefined : foldAscii(person.domain)
  return {
    sql: `INSERT INTO people (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
    args: [
      person.id ?? randomUUID(),
      person.userName,
      foldAscii(person.userName),
      person.mail ?? null,
      person.mail === undefined ? null : foldAscii(person.mail),
      person.phone ?? null,
      person.givenName ?? null,
      person.surname ?? null,
      person.locale ?? null,
      person.state ?? 'active',
      JSON.stringify(person.groups ?? []),
      JSON.stringify(answers),
      passwordHash,
      randomVersion(),
      foldAscii(person.login ?? person.userName),
      domain ?? null,
      domain?.split('.')[0] ?? null,
      person.principalName ?? null,
      person.principalName === undefined ? null : foldAscii(person.principalName),
      person.distinguishedName ?? null,
      person.distinguishedName === undefined ? null : foldDistinguishedName(person.distinguishedName),
      person.totp ?? null,
      JSON.stringify(person.attributes ?? {}),
    ],
  }
}

async function storedAnswer(given: NewAnswer, at: number, hasher: PasswordForm): Promise<StoredAnswer> {
  const hash = await hasher.hash(answerText(new Secret(given.answer)))
  return 'question' in given ? { id: given.question, hash } : { id: `own${at + 1}`, own: given.ownQuestion, hash }
}
