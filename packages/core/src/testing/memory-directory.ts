import type { Directory, Filter, GivenAnswer, Principal, SetPassword, SetPasswordResult } from '../ports/directory.js'
import type { Secret } from '../step/secret.js'
import type { TestPerson } from './test-person.js'

export interface MemoryDirectoryOptions {
  readonly questions?: ReadonlyMap<string, { readonly [language: string]: string }>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Earlier passwords that are remembered; 5 unless given. */
  readonly historySize?: number
}

interface Entry {
  readonly principal: Principal
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
      const entry = entryOf(person, at, this.#nextVersion())
      this.#entries.set(entry.principal.id, entry)
    }
  }

  async find(filter: Filter): Promise<readonly Principal[]> {
    this.calls.push('find')
    const everybody = [...this.#entries.values()].map((entry) => entry.principal)
    return everybody.filter((principal) => matches(filter, principal)).slice(0, 2)
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

  async setPassword({ id, secret, expect, act, deadline }: SetPassword): Promise<SetPasswordResult> {
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
    const principal = { ...entry.principal, credentialVersion, hasPassword: true }
    this.#entries.set(id, { ...entry, principal, password, earlier, lastAct: act })
    return { is: 'done', credentialVersion }
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
  { id, userName, password, answers = [], state = 'active', groups = [], ...rest }: TestPerson,
  at: number,
  credentialVersion: string,
): Entry {
  const kept = answers.map((given, index) => ({ ...given, id: 'question' in given ? given.question : `own${index + 1}` }))
  const kba = kept.map((given) => ({ id: given.id, ...('ownQuestion' in given && { own: given.ownQuestion }) }))
  return {
    principal: {
      id: id ?? `person-${at + 1}`,
      userName,
      ...rest,
      state,
      groups,
      kba,
      hasPassword: password !== undefined,
      credentialVersion,
    },
    password: password?.normalize('NFC'),
    earlier: [],
    answers: new Map(kept.map((given) => [given.id, answerForm(given.answer)])),
  }
}

function matches(filter: Filter, principal: Principal): boolean {
  switch (filter.is) {
    case 'equals': {
      const folds = filter.field === 'userName' || filter.field === 'mail'
      const form = folds ? fold : (text: string) => text
      const value = principal[filter.field]
      return value !== undefined && form(value) === form(filter.value)
    }
    case 'and':
      return filter.of.length > 0 && filter.of.every((part) => matches(part, principal))
    case 'or':
      return filter.of.some((part) => matches(part, principal))
  }
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
