import { readFile } from 'node:fs/promises'
import { Secret } from '@rekey/core'
import type { Directory, Filter, GivenAnswer, GroupNesting, Principal, Properties, SetPassword, SetPasswordResult } from '@rekey/core'
import type { PasswordForm } from '../../passwords/password-form.js'
import type { PasswordHasher } from '../../passwords/password-hasher.js'
import { Rehasher } from '../../passwords/rehasher.js'
import type { WrittenForm } from '../../passwords/written-form.js'
import { answerText } from '../answer-text.js'
import { DeadlinePassed } from '../deadline-passed.js'
import { DeclaredAttributes } from '../declared-attributes.js'
import { foldAscii } from '../fold.js'
import type { NewPerson, Questions } from '../person.js'
import { changeStatement } from './change-statement.js'
import { filterSql, hasId } from './filter.js'
import { layoutOf, type Layout } from './layout.js'
import { ownMapping, type PeopleMapping } from './mapping.js'
import { demandMigrated, migrate } from './migrations.js'
import { quoted } from './names.js'
import { peopleQuery } from './people-query.js'
import { peopleIn } from './person-row.js'
import { PostgresDatabase, type Row } from './postgres-database.js'
import { PostgresFault } from './postgres-fault.js'
import { readColumns } from './read-columns.js'
import { readNesting, readQuestions } from './read-lists.js'
import type { PostgresSettings, Refusals } from './settings.js'
import { sow, sown } from './sow.js'
import { sql, type Sql } from './statement.js'

export interface PostgresDirectoryOptions {
  readonly settings: PostgresSettings
  readonly hasher: PasswordHasher
  /** Earlier passwords that are remembered; 5 unless given. */
  readonly historySize?: number
  /** The attributes that the configuration declares; no other is shown of anybody. */
  readonly attributes?: Properties
  /** Milliseconds since the epoch; the clock of the database unless given. */
  readonly now?: () => number
  /** Told of a hash that could not be made again after a log-in. */
  readonly report?: (fault: unknown) => void
}

/** The directory in PostgreSQL: tables of our own, or a table of people that is there already. */
export class PostgresDirectory implements Directory {
  readonly #database: PostgresDatabase
  readonly #layout: Layout
  readonly #form: PasswordForm
  readonly #rehasher: Rehasher
  readonly #options: PostgresDirectoryOptions
  readonly #historySize: number
  readonly #declared: DeclaredAttributes
  #questions: Questions = new Map()
  #nesting: GroupNesting = new Map()

  private constructor(database: PostgresDatabase, layout: Layout, options: PostgresDirectoryOptions) {
    this.#database = database
    this.#layout = layout
    this.#options = options
    const { people } = options.settings
    const written = people && writtenForm(people)
    this.#form = written === undefined ? options.hasher : options.hasher.writing(written)
    this.#rehasher = new Rehasher({ form: this.#form, ...(options.report && { report: options.report }) })
    this.#historySize = options.historySize ?? 5
    this.#declared = new DeclaredAttributes(options.attributes ?? {})
  }

  /**
   * Connects, brings our own tables to the present version where that is wanted, and looks whether everything is as configured.
   * @throws NotOurDatabase when it is not, PostgresFault when the database cannot be reached.
   */
  static async open(options: PostgresDirectoryOptions): Promise<PostgresDirectory> {
    const { settings } = options
    const database = await connect(settings)
    try {
      if (settings.people === undefined) {
        if (settings.migrate === 'start') await migrate(database, settings.schema)
        else await demandMigrated(database, settings.schema)
      }
      const mapping = settings.people ?? ownMapping(settings.schema)
      const directory = new PostgresDirectory(database, layoutOf(mapping, await readColumns(database, mapping)), options)
      await directory.#readLists()
      return directory
    } catch (error) {
      await database.close()
      throw error
    }
  }

  async find(filter: Filter): Promise<readonly Principal[]> {
    return this.#people(filterSql(filter, this.#layout), 2)
  }

  async read(id: string): Promise<Principal | undefined> {
    const [person] = await this.#people(hasId(id, this.#layout), 1)
    return person
  }

  normalise(identifier: string): string {
    return foldAscii(identifier)
  }

  async verifyPassword(id: string, secret: Secret): Promise<boolean> {
    const hash = await this.#textOf(id, this.#layout.mapping.password)
    const right = await this.#form.verify(hash, secret)
    const { people } = this.#options.settings
    // A table of others is changed by a change of the password only, unless they want it.
    const isWanted = people === undefined || people.rehash
    if (right && isWanted && hash !== undefined && this.#form.isOutdated(hash, secret)) this.#rehash(id, hash, secret)
    return right
  }

  async verifyAnswers(id: string, answers: readonly GivenAnswer[]): Promise<boolean> {
    const hashes = new Map((await this.#answersOf(id)).map((row) => [row['question'], row['answer']]))
    const verdicts = await Promise.all(
      answers.map(({ question, answer }) => {
        const hash = hashes.get(question)
        return this.#form.verify(typeof hash === 'string' ? hash : undefined, answerText(answer))
      }),
    )
    return verdicts.length > 0 && verdicts.every(Boolean)
  }

  async remembersPassword(id: string, secret: Secret): Promise<boolean> {
    const { password, history } = this.#layout.mapping
    const person = this.#fromPeople(id)
    const present = sql`SELECT t.${quoted(password)}::text AS hash ${person} AND t.${quoted(password)} IS NOT NULL`
    const earlier =
      history &&
      sql` UNION ALL (SELECT h.${quoted(history.hash)}::text FROM ${quoted(history.table)} h
        WHERE h.${quoted(history.person)} = (SELECT t.${quoted(this.#layout.mapping.id)} ${person})
        ORDER BY h.${quoted(history.order)} DESC LIMIT ${String(this.#historySize)})`
    const rows = await this.#database.rows(sql`${present}${earlier ?? ''}`)
    const verdicts = await Promise.all(rows.map((row) => this.#form.matches(textIn(row, 'hash') ?? '', secret)))
    return verdicts.some(Boolean)
  }

  /**
   * @throws DeadlinePassed when the write could not begin in time, PostgresFault when it cannot be said whether it was done, and RangeError
   *   where a password must be changed at the next log-in and the mapping has no column to say so.
   */
  async setPassword({ secret, ...request }: SetPassword): Promise<SetPasswordResult> {
    const refused = this.#form.refusal(secret)
    if (refused !== undefined) return { is: 'refused', failures: [refused] }
    if (request.mustChange === true && this.#layout.mapping.mustChange === undefined)
      throw new RangeError('a generated password needs `directory.postgres.people.mustChange`, which says that it must be changed')
    const { now, settings } = this.#options
    const hash = await this.#form.hash(secret)
    const change = changeStatement(this.#layout, { ...request, hash, historySize: this.#historySize, ...(now && { now: now() }) })
    const rows = await this.#database.rows(change).catch((error: unknown) => refusal(error, settings.refusals))
    if ('is' in rows) return rows
    const [row] = rows
    const version = textIn(row, 'version')
    if (version !== undefined) return { is: 'done', credentialVersion: version }
    if (row?.['held'] !== 1) return { is: 'changed-meanwhile' }
    if (row['due'] !== 1) throw new DeadlinePassed('the deadline of a password change has passed')
    // A trigger or a rule of the table has passed over the change without a word.
    throw new PostgresFault('NOT_WRITTEN')
  }

  async totpSecret(id: string): Promise<Secret | undefined> {
    const secret = await this.#textOf(id, this.#layout.mapping.totp)
    return secret === undefined ? undefined : new Secret(secret)
  }

  async lastAct(id: string): Promise<string | undefined> {
    return this.#textOf(id, this.#layout.mapping.lastAct)
  }

  questions(): Questions {
    return this.#questions
  }

  /** Whether the text of this digest was the last one that people were sown from. */
  async knowsSeed(digest: string): Promise<boolean> {
    return (await this.#sown(digest)) === 'last'
  }

  /** Whether people were ever sown from the text of this digest. */
  async hasSown(digest: string): Promise<boolean> {
    return (await this.#sown(digest)) !== 'never'
  }

  /** Takes people, questions and groups into our own tables; see `sow`. @throws RangeError for a table of others, which is never added to. */
  async sow(digest: string, people: readonly NewPerson[], questions: Questions, groups: GroupNesting = new Map()): Promise<void> {
    const { settings, hasher } = this.#options
    if (settings.people !== undefined) throw new RangeError('nobody is added to a table that is not ours')
    await sow(this.#database, settings.schema, { digest, people, questions, groups }, hasher)
    await this.#readLists()
  }

  /** Waits for the hash that is being made again. */
  async close(): Promise<void> {
    await this.#rehasher.close()
    await this.#database.close()
  }

  async #people(condition: Sql, rows: 1 | 2): Promise<readonly Principal[]> {
    const found = await this.#database.rows(peopleQuery(this.#layout, condition, rows))
    return peopleIn(found, { mapping: this.#layout.mapping, nesting: this.#nesting, declared: this.#declared })
  }

  #fromPeople(id: string): Sql {
    return sql`FROM ${quoted(this.#layout.mapping.table)} t WHERE ${hasId(id, this.#layout)}`
  }

  /** One row whoever is asked for, and whether or not there is such a column. */
  async #textOf(id: string, column: string | undefined): Promise<string | undefined> {
    const shown = column === undefined ? 'NULL' : `t.${quoted(column)}::text`
    const [row] = await this.#database.rows(sql`SELECT (SELECT ${shown} ${this.#fromPeople(id)}) AS value`)
    return textIn(row, 'value')
  }

  async #answersOf(id: string): Promise<readonly Row[]> {
    const { answers } = this.#layout.mapping
    if (answers === undefined) return []
    return this.#database.rows(sql`SELECT a.${quoted(answers.question)}::text AS question, a.${quoted(answers.answer)}::text AS answer
      FROM ${quoted(answers.table)} a WHERE a.${quoted(answers.person)} = (SELECT t.${quoted(this.#layout.mapping.id)} ${this.#fromPeople(id)})`)
  }

  async #sown(digest: string): Promise<'never' | 'once' | 'last'> {
    const { people, schema } = this.#options.settings
    return people === undefined ? sown(this.#database, schema, digest) : 'never'
  }

  async #readLists(): Promise<void> {
    this.#questions = await readQuestions(this.#database, this.#layout.mapping)
    this.#nesting = await readNesting(this.#database, this.#layout.mapping)
  }

  /** The secret is the same, so the credential's version stays; a change that came between wins. */
  #rehash(id: string, hashed: string, secret: Secret): void {
    const { table, password } = this.#layout.mapping
    const column = quoted(password)
    const person = hasId(id, this.#layout)
    const replace = (next: string) =>
      this.#database.rows({
        sql: `UPDATE ${quoted(table)} t SET ${column} = ?::text WHERE ${person.sql} AND t.${column} = ?::text`,
        args: [next, ...person.args, hashed],
      })
    this.#rehasher.offer({ hashed, secret, replace })
  }
}

/** Opens a pool, with the certificates that the configuration names. */
export async function connect({ caFile, ...address }: PostgresSettings): Promise<PostgresDatabase> {
  return new PostgresDatabase({ ...address, ...(caFile !== undefined && { ca: await readFile(caFile, 'utf8') }) })
}

/** What another program wants new hashes to be; undefined where they are as ours. */
function writtenForm({ passwordFormat, passwordCost, passwordIterations }: PeopleMapping): WrittenForm | undefined {
  switch (passwordFormat) {
    case 'argon2':
      return undefined
    case 'bcrypt':
      return { is: 'bcrypt', cost: passwordCost }
    case 'django-pbkdf2':
      return { is: 'django-pbkdf2', iterations: passwordIterations }
  }
}

/** What the configured rules of the database say; any other fault stays one. */
function refusal(error: unknown, refusals: Refusals): SetPasswordResult {
  const rule = error instanceof PostgresFault ? error.ruleAmong(refusals) : undefined
  if (rule === undefined) throw error
  return { is: 'refused', failures: [{ rule }] }
}

function textIn(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column]
  return typeof value === 'string' ? value : undefined
}
