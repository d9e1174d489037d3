import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Secret } from '@rekey/core'
import type { Directory, Filter, GivenAnswer, Principal, Properties, SetPassword, SetPasswordResult } from '@rekey/core'
import { AndFilter, PresenceFilter, ResultCodeError, type Filter as LdapFilter } from 'ldapts'
import { MAX_PASSWORD_CHARACTERS, passwordText } from '../../passwords/password-text.js'
import type { PasswordHasher } from '../../passwords/password-hasher.js'
import { answerText } from '../answer-text.js'
import { DeadlinePassed } from '../deadline-passed.js'
import { DeclaredAttributes } from '../declared-attributes.js'
import { foldAscii } from '../fold.js'
import type { Questions } from '../person.js'
import { stateIn } from './account-state.js'
import { modification } from './change.js'
import { PasswordPolicyControl } from './controls.js'
import { conditionOf, nobodyIn, type Condition } from './filter.js'
import { groupsOf } from './groups-of.js'
import type { LdapConnection, Search } from './ldap-connection.js'
import type { LdapEntry } from './ldap-entry.js'
import { LdapPool } from './ldap-pool.js'
import { personIn, readAttributes, versionIn } from './person-entry.js'
import { peopleFilter, readServer, type Offer } from './read-server.js'
import { hashLikeRule, isRefusedBind, isRightAllTheSame, ruleOf } from './refusal.js'
import type { LdapAddress, LdapSettings } from './settings.js'
import { answersIn } from './stored-answers.js'

export interface LdapDirectoryOptions {
  readonly settings: LdapSettings
  /** Compares answers to security questions; passwords are the server's. */
  readonly hasher: PasswordHasher
  /** The attributes that the configuration declares; no other is shown of anybody. */
  readonly attributes?: Properties
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Told at the opening when the decoy is locked. */
  readonly onLockedDecoy?: () => void
}

/** Entries that are looked at in one search: the server folds more than we do, so the right ones may stand among others. */
const MAX_ENTRIES = 24

/** Answers to a change that say that something had changed before it: noSuchAttribute, attributeOrValueExists, assertionFailed. */
const MOVED: readonly number[] = [16, 20, 122]

/** What is known of an entry that was looked for. */
interface Found {
  readonly entry: LdapEntry
  readonly hasPassword: boolean
}

/** The directory in a tree of OpenLDAP or Active Directory, used as it stands. */
export class LdapDirectory implements Directory {
  readonly #settings: LdapSettings
  readonly #options: LdapDirectoryOptions
  /** For searches and changes, bound as the configured account. */
  readonly #service: LdapPool
  /** For the passwords of people: each of its connections is whoever was tried last. */
  readonly #doors: LdapPool
  readonly #people: LdapFilter
  readonly #nobody: LdapFilter
  readonly #declared: DeclaredAttributes
  readonly #attributes: readonly string[]
  readonly #questions: Questions
  readonly #now: () => number
  /** Bound as, and looked for in groups, where there is nobody. */
  readonly #decoy: string
  #offer: Offer = { policyHints: false, decoyIsLocked: false }

  private constructor(options: LdapDirectoryOptions, address: LdapAddress) {
    const { settings } = options
    this.#settings = settings
    this.#options = options
    this.#people = peopleFilter(settings)
    this.#nobody = nobodyIn(settings.people).asks
    this.#service = new LdapPool(address, (connection) => connection.bind(settings.bindDn, settings.password.reveal()))
    this.#doors = new LdapPool(address)
    this.#declared = new DeclaredAttributes(options.attributes ?? {})
    this.#attributes = readAttributes(settings)
    this.#questions = new Map(settings.questions.map(({ id, text }) => [id, text]))
    this.#now = options.now ?? Date.now
    this.#decoy = settings.decoy ?? `cn=${randomBytes(16).toString('hex')},${settings.base}`
  }

  /**
   * Connects, and looks whether the tree is as configured.
   * @throws NotOurTree when it is not, LdapFault when no server can be reached.
   */
  static async open(options: LdapDirectoryOptions): Promise<LdapDirectory> {
    const { caFile, ...address } = options.settings
    const ca = caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }
    const directory = new LdapDirectory(options, { ...address, ...ca })
    try {
      directory.#offer = await directory.#service.with((connection) => readServer(connection, options.settings))
      if (directory.#offer.decoyIsLocked) options.onLockedDecoy?.()
      return directory
    } catch (error) {
      await directory.close()
      throw error
    }
  }

  async find(filter: Filter): Promise<readonly Principal[]> {
    return this.#principals(conditionOf(filter, this.#settings.people), 2)
  }

  async read(id: string): Promise<Principal | undefined> {
    const [person] = await this.#principals(this.#hasId(id), 1)
    return person
  }

  normalise(identifier: string): string {
    return foldAscii(identifier)
  }

  /**
   * Binds as the person, on a connection of its own; as the decoy for people who do not exist, are locked or have no password, so that
   * nobody's bind is saved. A password that has run out or must be changed is right.
   */
  async verifyPassword(id: string, secret: Secret): Promise<boolean> {
    const text = passwordText(secret.reveal())
    if (text === undefined || text === '') return false
    const found = await this.#foundBy(id)
    const mayEnter = found?.hasPassword === true && stateIn(found.entry, this.#settings, this.#now()) === 'active'
    const isRight = await this.#doors.with((connection) => this.#binds(connection, mayEnter ? found.entry.dn : this.#decoy, text))
    return mayEnter && isRight
  }

  async verifyAnswers(id: string, answers: readonly GivenAnswer[]): Promise<boolean> {
    const found = await this.#foundBy(id)
    const stored = found === undefined ? [] : answersIn(found.entry, this.#settings.people.answers)
    const hashes = new Map(stored.map((answer) => [answer.id, answer.hash]))
    const verdicts = await Promise.all(
      answers.map(({ question, answer }) => this.#options.hasher.verify(hashes.get(question), answerText(answer))),
    )
    return verdicts.length > 0 && verdicts.every(Boolean)
  }

  /**
   * Never: which passwords somebody has and had is the server's secret, and it refuses them itself when one is set. To look, one would have to bind
   * as the person, and each such bind is a failed log-in that brings the lock of the account nearer.
   */
  remembersPassword(): Promise<boolean> {
    return Promise.resolve(false)
  }

  /**
   * One modify request, which the server makes only while the entry is as it was read. @throws DeadlinePassed when it could not begin in
   * time, and LdapFault when it cannot be said whether it was done.
   */
  async setPassword(request: SetPassword): Promise<SetPasswordResult> {
    const text = passwordText(request.secret.reveal())
    if (text === undefined) return refused('MAX_LENGTH', { maxLength: MAX_PASSWORD_CHARACTERS })
    const hashLike = hashLikeRule(text, this.#settings)
    if (hashLike !== undefined) return refused(hashLike)
    // Without a password nobody may be let in, and servers differ in what they take for one.
    if (text === '') return refused('MIN_LENGTH', { minLength: 1 })
    const { people } = this.#settings
    return this.#service.with(async (connection) => {
      const [found] = (await this.#search(connection, this.#hasId(request.id), 1)).found
      if (found === undefined || versionIn(found.entry, people) !== request.expect) return { is: 'changed-meanwhile' }
      const now = this.#now()
      if (now > (request.deadlineHere ?? request.deadline)) throw new DeadlinePassed('the deadline of a password change has passed')
      const rejected = await this.#modify(connection, found.entry, { ...request, text, now })
      if (rejected !== undefined) return rejected
      const [after] = await connection.search({
        base: found.entry.dn,
        scope: 'base',
        filter: ANY,
        attributes: [people.version, ...(people.lastAct === undefined ? [] : [people.lastAct])],
      })
      return after === undefined ? { is: 'changed-meanwhile' } : { is: 'done', credentialVersion: versionIn(after, people) }
    })
  }

  async totpSecret(id: string): Promise<Secret | undefined> {
    const secret = (await this.#foundBy(id))?.entry.text(this.#settings.people.totp)
    return secret === undefined ? undefined : new Secret(secret)
  }

  async lastAct(id: string): Promise<string | undefined> {
    return (await this.#foundBy(id))?.entry.text(this.#settings.people.lastAct)
  }

  questions(): Questions {
    return this.#questions
  }

  async close(): Promise<void> {
    await Promise.all([this.#service.close(), this.#doors.close()])
  }

  #hasId(id: string): Condition {
    return conditionOf({ is: 'equals', field: 'id', value: id }, this.#settings.people)
  }

  /** As many searches of groups as there are places for people, whoever was found; the decoy is read like a person, and left out only then. */
  async #principals(condition: Condition, places: 1 | 2): Promise<readonly Principal[]> {
    const { kind, groups } = this.#settings
    return this.#service.with(async (connection) => {
      const { found, fillers } = await this.#search(connection, condition, places)
      const taken = [...found, ...fillers].slice(0, places)
      const memberships = await Promise.all(
        Array.from({ length: places }, (_, at) =>
          groups === undefined ? Promise.resolve([]) : groupsOf(connection, taken[at]?.entry.dn, { kind, groups, decoy: this.#decoy }),
        ),
      )
      const people = taken.map(({ entry, hasPassword }, at) =>
        personIn(entry, {
          settings: this.#settings,
          declared: this.#declared,
          types: this.#options.attributes ?? {},
          now: this.#now(),
          groups: memberships[at] ?? [],
          hasPassword,
        }),
      )
      return people.slice(0, found.length)
    })
  }

  async #foundBy(id: string): Promise<Found | undefined> {
    const { found } = await this.#service.with((connection) => this.#search(connection, this.#hasId(id), 1))
    return found[0]
  }

  /** The entries that are meant; and, for each place that stays empty, the decoy, so that as much is read for nobody as for somebody. */
  async #search(
    connection: LdapConnection,
    { asks, holds }: Condition,
    places: 1 | 2,
  ): Promise<{ readonly found: readonly Found[]; readonly fillers: readonly Found[] }> {
    const all = await this.#entries(connection, { base: this.#settings.base, scope: 'sub', sizeLimit: MAX_ENTRIES }, [this.#people, asks])
    const meant = all.filter(({ entry }) => holds(entry))
    // What the limit has cut off might be another one of them, and one of several is nobody.
    const found = all.length >= MAX_ENTRIES && meant.length < 2 ? [] : meant
    const { decoy } = this.#settings
    if (decoy === undefined) return { found, fillers: [] }
    const fillers = await Promise.all(
      Array.from({ length: places }, (_, at) =>
        this.#entries(connection, { base: decoy, scope: 'base' }, [at < found.length ? this.#nobody : ANY]),
      ),
    )
    return { found, fillers: fillers.flat() }
  }

  /** Who has a password is asked by a search of its own, so that no hash ever comes here. */
  async #entries(
    connection: LdapConnection,
    where: Pick<Search, 'base' | 'scope' | 'sizeLimit'>,
    filters: readonly LdapFilter[],
  ): Promise<readonly Found[]> {
    const [entries, withPassword] = await Promise.all([
      connection.search({ ...where, filter: new AndFilter({ filters: [...filters] }), attributes: this.#attributes }),
      this.#settings.kind === 'openldap'
        ? connection.search({ ...where, filter: new AndFilter({ filters: [...filters, HAS_PASSWORD] }), attributes: ['1.1'] })
        : undefined,
    ])
    const named = withPassword && new Set(withPassword.map(({ dn }) => dn))
    return entries.map((entry) => ({ entry, hasPassword: named?.has(entry.dn) ?? true }))
  }

  async #binds(connection: LdapConnection, dn: string, password: string): Promise<boolean> {
    const policy = new PasswordPolicyControl()
    try {
      await connection.bind(dn, password, this.#settings.kind === 'openldap' ? [policy] : [])
      return true
    } catch (error) {
      if (isRightAllTheSame(error, policy.error, this.#settings.kind)) return true
      if (isRefusedBind(error)) return false
      throw error
    }
  }

  /** @returns undefined once it is done. */
  async #modify(
    connection: LdapConnection,
    entry: LdapEntry,
    wanted: SetPassword & { readonly text: string; readonly now: number },
  ): Promise<SetPasswordResult | undefined> {
    const policy = new PasswordPolicyControl()
    const { changes, controls } = modification(entry, wanted, this.#settings, this.#offer.policyHints)
    try {
      await connection.modify(entry.dn, changes, this.#settings.kind === 'openldap' ? [...controls, policy] : controls)
      return undefined
    } catch (error) {
      if (error instanceof ResultCodeError && MOVED.includes(error.code)) return { is: 'changed-meanwhile' }
      const rule = ruleOf(error, policy.error, this.#settings)
      if (rule !== undefined) return refused(rule)
      throw error
    }
  }
}

const ANY = new PresenceFilter({ attribute: 'objectClass' })
const HAS_PASSWORD = new PresenceFilter({ attribute: 'userPassword' })

function refused(rule: string, params?: { readonly [name: string]: number }): SetPasswordResult {
  return { is: 'refused', failures: [{ rule, ...(params && { params }) }] }
}
