import type { Directory, Filter, FilterField, GivenAnswer, Principal, SetPassword, SetPasswordResult } from '../ports/directory.js'
import { foldDistinguishedName } from '../ports/fold-distinguished-name.js'
import { withOuterGroups, type GroupNesting } from '../ports/nested-groups.js'
import { Secret } from '../step/secret.js'
import type { TestPerson } from './test-person.js'

export interface MemoryDirectoryOptions {
  readonly questions?: ReadonlyMap<string, { readonly [language: string]: string }>
  readonly groups?: GroupNesting
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Earlier passwords that are remembered; 5 unless given. */
  readonly historySize?: number
}

interface Entry {
  readonly principal: Principal
  readonly login: string
  readonly domain: string | undefined
  readonly totp: string | undefined
  readonly password: string | undefined
  readonly earlier: readonly string[]
  readonly answers: ReadonlyMap<string, string>
  readonly lastAct?: string
}

const MAX_PASSWORD_CHARACTERS = 256

/**
 * A directory for tests: it keeps the contract of every directory, but holds secrets in clear and compares them plainly, so that tests
 * need not wait for hashes.
 */
export class MemoryDirectory implements Directory {
  /** The names of the calls made so far, for tests that count them. */
  readonly calls: string[] = []
  readonly #entries = new Map<string, Entry>()
  readonly #options: MemoryDirectoryOptions
  #versions = 0

  constructor(people: readonly TestPerson[], options: MemoryDirectoryOptions = {}) {
    this.#options = options
    for (const [at, person] of people.entries()) {
      const entry = entryOf(person, at, this.#nextVersion(), options.groups ?? new Map())
      this.#entries.set(entry.principal.id, entry)
    }
  }

  async find(filter: Filter): Promise<readonly Principal[]> {
    this.calls.push('find')
    const found = [...this.#entries.values()].filter((entry) => matches(filter, entry))
    return found.map((entry) => entry.principal).slice(0, 2)
  }

  async read(id: string): Promise<Principal | undefined> {
    this.calls.push('read')
    return this.#entries.get(id)?.principal
  }

  normalise(identifier: string): string {
    return fold(identifier)
  }

  async verifyPassword(id: string, secret: Secret): Promise<boolean> {
    this.calls.push('verifyPassword')
    return this.#entries.get(id)?.password === passwordForm(secret)
  }

  async verifyAnswers(id: string, answers: readonly GivenAnswer[]): Promise<boolean> {
    this.calls.push('verifyAnswers')
    const known = this.#entries.get(id)?.answers
    return answers.length > 0 && answers.every(({ question, answer }) => known?.get(question) === answerForm(answer.reveal()))
  }

  async remembersPassword(id: string, secret: Secret): Promise<boolean> {
    this.calls.push('remembersPassword')
    const entry = this.#entries.get(id)
    return [entry?.password, ...(entry?.earlier ?? [])].includes(passwordForm(secret))
  }

  async setPassword({ id, secret, expect, act, mustChange, clearLockout, deadline }: SetPassword): Promise<SetPasswordResult> {
    this.calls.push('setPassword')
    const password = passwordForm(secret)
    if (Array.from(password).length > MAX_PASSWORD_CHARACTERS) {
      return { is: 'refused', failures: [{ rule: 'MAX_LENGTH', params: { maxLength: MAX_PASSWORD_CHARACTERS } }] }
    }
    const entry = this.#entries.get(id)
    if (entry?.principal.credentialVersion !== expect) return { is: 'changed-meanwhile' }
    if ((this.#options.now ?? Date.now)() > deadline) throw new Error('the deadline of a password change has passed')
    const credentialVersion = this.#nextVersion()
    const earlier = [...(entry.password === undefined ? [] : [entry.password]), ...entry.earlier].slice(0, this.#options.historySize ?? 5)
    const { mustChange: _before, ...kept } = entry.principal
    const unlocked = clearLockout === true && kept.state === 'locked'
    const principal = {
      ...kept,
      ...(unlocked && { state: 'active' as const }),
      credentialVersion,
      hasPassword: true,
      ...(mustChange === true && { mustChange }),
    }
    this.#entries.set(id, { ...entry, principal, password, earlier, lastAct: act })
    return { is: 'done', credentialVersion }
  }

  async totpSecret(id: string): Promise<Secret | undefined> {
    this.calls.push('totpSecret')
    const totp = this.#entries.get(id)?.totp
    return totp === undefined ? undefined : new Secret(totp)
  }

  async lastAct(id: string): Promise<string | undefined> {
    this.calls.push('lastAct')
    return this.#entries.get(id)?.lastAct
  }

  questions(): ReadonlyMap<string, { readonly [language: string]: string }> {
    return this.#options.questions ?? new Map()
  }

  /** Changes what the directory says of a person, as an administrator would. @throws RangeError when there is nobody with that id. */
  edit(id: string, change: Partial<Principal>): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new RangeError('there is nobody with this id')
    this.#entries.set(id, { ...entry, principal: { ...entry.principal, ...change, id } })
  }

  #nextVersion(): string {
    this.#versions += 1
    return `version-${String(this.#versions).padStart(4, '0')}`
  }
}

function entryOf(
  { id, userName, password, answers = [], state = 'active', groups = [], login, domain, totp, ...rest }: TestPerson,
  at: number,
  credentialVersion: string,
  nesting: GroupNesting,
): Entry {
  const kept = answers.map((given, index) => ({ ...given, id: 'question' in given ? given.question : `own${index + 1}` }))
  const kba = kept.map((given) => ({ id: given.id, ...('ownQuestion' in given && { own: given.ownQuestion }) }))
  return {
    principal: {
      id: id ?? `person-${at + 1}`,
      userName,
      ...rest,
      state,
      groups: withOuterGroups(groups, nesting),
      kba,
      hasPassword: password !== undefined,
      ...(totp !== undefined && { totp: true }),
      credentialVersion,
    },
    login: login ?? userName,
    domain,
    totp,
    password: password?.normalize('NFC'),
    earlier: [],
    answers: new Map(kept.map((given) => [given.id, answerForm(given.answer)])),
  }
}

function matches(filter: Filter, entry: Entry): boolean {
  switch (filter.is) {
    case 'equals':
      return FIELDS[filter.field](entry, filter.value)
    case 'and':
      return filter.of.length > 0 && filter.of.every((part) => matches(part, entry))
    case 'or':
      return filter.of.some((part) => matches(part, entry))
  }
}

/** Whether an attribute is there and is the given one, both in the form in which it is compared. */
function same(attribute: string | undefined, given: string, form: (text: string) => string = (text) => text): boolean {
  return attribute !== undefined && form(attribute) === form(given)
}

const FIELDS: Readonly<Record<FilterField, (entry: Entry, given: string) => boolean>> = {
  userName: ({ principal }, given) => same(principal.userName, given, fold),
  mail: ({ principal }, given) => same(principal.mail, given, fold),
  phone: ({ principal }, given) => same(principal.phone, given),
  givenName: ({ principal }, given) => same(principal.givenName, given),
  surname: ({ principal }, given) => same(principal.surname, given),
  login: ({ login }, given) => same(login, given, fold),
  domain: ({ domain }, given) => same(domain, given, fold) || same(domain?.split('.')[0], given, fold),
  principalName: ({ principal }, given) => same(principal.principalName, given, fold),
  distinguishedName: ({ principal }, given) => same(principal.distinguishedName, given, foldDistinguishedName),
  id: ({ principal }, given) => same(principal.id, given),
}

function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function passwordForm(secret: Secret): string {
  return secret.reveal().normalize('NFC')
}

function answerForm(answer: string): string {
  return answer.trim().toLowerCase().normalize('NFC')
}
