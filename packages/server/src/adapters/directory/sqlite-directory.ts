import { Secret } from '@rekey/core'
import type { Directory, Filter, GivenAnswer, GroupNesting, Principal, Properties, SetPassword, SetPasswordResult } from '@rekey/core'
import type { PasswordForm } from '../passwords/password-form.js'
import { Rehasher } from '../passwords/rehasher.js'
import { answerText } from './answer-text.js'
import { Database } from './database.js'
import type { Statement } from './database.js'
import { randomVersion } from './credential-version.js'
import { DeadlinePassed } from './deadline-passed.js'
import { DeclaredAttributes } from './declared-attributes.js'
import { filterSql } from './filter-sql.js'
import { foldAscii } from './fold.js'
import { groupStatements, readGroups } from './groups.js'
import { insertStatement } from './insert-statement.js'
import type { NewPerson, Questions } from './person.js'
import { peopleIn, peopleQuery, type ReadWith } from './people-query.js'
import { questionStatements, readQuestions } from './questions.js'
import { migrate } from './schema.js'
import { readAnswers } from './stored-answer.js'
import { textIn } from './text-in.js'

export interface SqliteDirectoryOptions {
  /** The file; made, with its folder, when it is not there. */
  readonly path: string
  readonly hasher: PasswordForm
  /** Earlier passwords that are remembered; 5 unless given. */
  readonly historySize?: number
  /** The attributes that the configuration declares; no other is shown of anybody. */
  readonly attributes?: Properties
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Told of a hash that could not be made again after a log-in. */
  readonly report?: (fault: unknown) => void
}

const GIVE_ATTRIBUTES = "UPDATE people SET attributes = ? WHERE user_name_folded = ? AND attributes = '{}'"

/** The embedded directory: people in one SQLite file, which several processes may share. */
export class SqliteDirectory implements Directory {
  readonly #database: Database
  readonly #hasher: PasswordForm
  readonly #rehasher: Rehasher
  readonly #historySize: number
  readonly #declared: DeclaredAttributes
  readonly #now: () => number
  #questions: Questions
  #groups: GroupNesting

  private constructor(database: Database, options: SqliteDirectoryOptions, questions: Questions, groups: GroupNesting) {
    this.#database = database
    this.#hasher = options.hasher
    this.#rehasher = new Rehasher({ form: options.hasher, ...(options.report && { report: options.report }) })
    this.#historySize = options.historySize ?? 5
    this.#declared = new DeclaredAttributes(options.attributes ?? {})
    this.#now = options.now ?? Date.now
    this.#questions = questions
    this.#groups = groups
  }

  static async open(options: SqliteDirectoryOptions): Promise<SqliteDirectory> {
    const database = await Database.open(options.path)
    await migrate(database)
    return new SqliteDirectory(database, options, await readQuestions(database), await readGroups(database))
  }

  async find(filter: Filter): Promise<readonly Principal[]> {
    const { sql, args } = peopleQuery(filterSql(filter), 2)
    return peopleIn(await this.#database.all(sql, args), this.#readWith())
  }

  async read(id: string): Promise<Principal | undefined> {
    const { sql, args } = peopleQuery({ sql: 'id = ?', args: [id] }, 1)
    const [person] = peopleIn(await this.#database.all(sql, args), this.#readWith())
    return person
  }

  normalise(identifier: string): string {
    return foldAscii(identifier)
  }

  async verifyPassword(id: string, secret: Secret): Promise<boolean> {
    const [row] = await this.#database.all('SELECT (SELECT password_hash FROM people WHERE id = ?) AS password_hash', [id])
    const hash = textIn(row, 'password_hash')
    const right = await this.#hasher.verify(hash, secret)
    if (right && hash !== undefined && this.#hasher.isOutdated(hash, secret)) this.#rehash(id, hash, secret)
    return right
  }

  async verifyAnswers(id: string, answers: readonly GivenAnswer[]): Promise<boolean> {
    const [row] = await this.#database.all('SELECT (SELECT answers FROM people WHERE id = ?) AS answers', [id])
    const hashes = new Map(readAnswers(row?.['answers']).map((stored) => [stored.id, stored.hash]))
    const verdicts = await Promise.all(answers.map(({ question, answer }) => this.#hasher.verify(hashes.get(question), answerText(answer))))
    return verdicts.length > 0 && verdicts.every(Boolean)
  }

  async remembersPassword(id: string, secret: Secret): Promise<boolean> {
    const rows = await this.#database.all(
      `SELECT password_hash AS hash FROM people WHERE id = ? AND password_hash IS NOT NULL
      UNION ALL SELECT hash FROM (SELECT hash FROM earlier_passwords WHERE person = ? ORDER BY number DESC LIMIT ?)`,
      [id, id, this.#historySize],
    )
    const verdicts = await Promise.all(rows.map((row) => this.#hasher.matches(textIn(row, 'hash') ?? '', secret)))
    return verdicts.some(Boolean)
  }

  /** @throws DeadlinePassed when the write could not begin in time. */
  async setPassword({ id, secret, expect, act, mustChange, clearLockout, ...times }: SetPassword): Promise<SetPasswordResult> {
    const refusal = this.#hasher.refusal(secret)
    if (refusal !== undefined) return { is: 'refused', failures: [refusal] }
    const hash = await this.#hasher.hash(secret)
    const credentialVersion = randomVersion()
    const [, changed] = await this.#database.write(() => {
      const holds = {
        sql: 'id = ? AND credential_version = ? AND ? <= ?',
        args: [id, expect, this.#now(), times.deadlineHere ?? times.deadline],
      }
      return [
        {
          sql: `INSERT INTO earlier_passwords (person, hash) SELECT id, password_hash FROM people WHERE password_hash IS NOT NULL AND ${holds.sql}`,
          args: holds.args,
        },
        {
          sql: `UPDATE people SET password_hash = ?, credential_version = ?, last_act = ?, must_change = ?,
            state = CASE WHEN ? AND state = 'locked' THEN 'active' ELSE state END WHERE ${holds.sql}`,
          args: [hash, credentialVersion, act, mustChange === true ? 1 : 0, clearLockout === true ? 1 : 0, ...holds.args],
        },
        {
          sql: `DELETE FROM earlier_passwords WHERE person = ? AND number NOT IN
            (SELECT number FROM earlier_passwords WHERE person = ? ORDER BY number DESC LIMIT ?)`,
          args: [id, id, this.#historySize],
        },
      ]
    })
    if (changed === 1) return { is: 'done', credentialVersion }
    if ((await this.read(id))?.credentialVersion !== expect) return { is: 'changed-meanwhile' }
    throw new DeadlinePassed('the deadline of a password change has passed')
  }

  async totpSecret(id: string): Promise<Secret | undefined> {
    const [row] = await this.#database.all('SELECT (SELECT totp_secret FROM people WHERE id = ?) AS totp_secret', [id])
    const secret = textIn(row, 'totp_secret')
    return secret === undefined ? undefined : new Secret(secret)
  }

  async lastAct(id: string): Promise<string | undefined> {
    const [row] = await this.#database.all('SELECT (SELECT last_act FROM people WHERE id = ?) AS last_act', [id])
    return textIn(row, 'last_act')
  }

  questions(): Questions {
    return this.#questions
  }

  /** Whether the text of this digest was the last one that people were sown from. */
  async knowsSeed(digest: string): Promise<boolean> {
    return (await this.#database.all('SELECT 1 FROM seeds WHERE digest = ? AND replaced = 0', [digest])).length > 0
  }

  /** Whether people were ever sown from the text of this digest. */
  async hasSown(digest: string): Promise<boolean> {
    return (await this.#database.all('SELECT 1 FROM seeds WHERE digest = ?', [digest])).length > 0
  }

  /**
   * Takes people and questions in. Whoever has the user name of somebody in the file already is passed over, so that what they have
   * changed stays changed; only declared attributes are given to them, if they have none yet. Questions and the groups inside groups are
   * replaced. All or nothing, and noted under the digest.
   */
  async sow(digest: string, people: readonly NewPerson[], questions: Questions, groups: GroupNesting = new Map()): Promise<void> {
    const known = new Set((await this.#database.all('SELECT user_name_folded FROM people')).map((row) => textIn(row, 'user_name_folded')))
    const strangers = people.filter((person) => !known.has(foldAscii(person.userName)))
    const inserts: Statement[] = []
    // One after the other: a long list must not fill the hasher's line, in which real people wait as well.
    for (const person of strangers) inserts.push(await insertStatement(person, this.#hasher))
    const gifts = people.flatMap(({ userName, attributes }): readonly Statement[] =>
      attributes && known.has(foldAscii(userName))
        ? [{ sql: GIVE_ATTRIBUTES, args: [JSON.stringify(attributes), foldAscii(userName)] }]
        : [],
    )
    const note = [
      { sql: 'UPDATE seeds SET replaced = 1', args: [] },
      { sql: 'INSERT INTO seeds (digest) VALUES (?) ON CONFLICT (digest) DO UPDATE SET replaced = 0', args: [digest] },
    ]
    await this.#database.write(() => [...inserts, ...gifts, ...questionStatements(questions), ...groupStatements(groups), ...note])
    this.#questions = await readQuestions(this.#database)
    this.#groups = await readGroups(this.#database)
  }

  /** Waits for the hash that is being made again. */
  async close(): Promise<void> {
    await this.#rehasher.close()
    this.#database.close()
  }

  #readWith(): ReadWith {
    return { nesting: this.#groups, declared: this.#declared }
  }

  /** The secret is the same, so the credential's version stays; a change that came between wins. */
  #rehash(id: string, hashed: string, secret: Secret): void {
    const replace = (next: string) =>
      this.#database.write(() => [
        { sql: 'UPDATE people SET password_hash = ? WHERE id = ? AND password_hash = ?', args: [next, id, hashed] },
      ])
    this.#rehasher.offer({ hashed, secret, replace })
  }
}
