import { availableParallelism } from 'node:os'
import type { PolicyFailure, Secret } from '@rekey/core'
import type { HashCost } from './forms/argon2.js'
import { BCRYPT_BYTES, fitsBcrypt } from './forms/bcrypt.js'
import { knownForms } from './forms/known-forms.js'
import type { ReadHash, StoredForm } from './forms/stored-form.js'
import type { HashFinding, PasswordForm } from './password-form.js'
import { MAX_PASSWORD_CHARACTERS, passwordText } from './password-text.js'
import { WorkQueue } from '../../line/work-queue.js'
import { frontOf, makeHash, type WrittenForm } from './written-form.js'

export type { HashCost } from './forms/argon2.js'

export interface PasswordHasherOptions {
  /** Of argon2id: 19 MiB, two passes, one lane unless given. Source: OWASP Password Storage Cheat Sheet. */
  readonly cost?: HashCost
  /** Hashes at a time; see `usualConcurrency`. */
  readonly concurrency?: number
  /** Hashes that may wait; 256 unless given. */
  readonly maxWaiting?: number
  /** Fronts of hashes that people still have beside those of the written form, such as `$2b$12$`: each costs every verification its work. */
  readonly older?: readonly string[]
  /** Told once of each kind of hash that should not be there. */
  readonly report?: (finding: HashFinding) => void
}

/** The cost of hashes that protect real secrets. */
export const DEFAULT_HASH_COST: HashCost = { memoryKiB: 19_456, passes: 2, lanes: 1 }

/** Fields that mean that there is no password: empty, or what `passwd` and Django write. */
const NO_PASSWORD = /^(?:$|[!*])/

/** Hashes passwords and answers off the event loop, in one bounded line. Set and verify see the same form of the text. */
export class PasswordHasher implements PasswordForm {
  readonly #options: PasswordHasherOptions
  readonly #written: WrittenForm
  readonly #queue: WorkQueue
  readonly #forms: readonly StoredForm[]
  /** Of nobody: one of the written form, then one for each older cost. */
  readonly #nobodies: readonly ReadHash[]
  readonly #reported: Set<string>

  constructor(options: PasswordHasherOptions = {}, shared?: Shared) {
    const cost = options.cost ?? DEFAULT_HASH_COST
    this.#options = options
    this.#written = shared?.written ?? { is: 'argon2id', cost }
    this.#queue =
      shared?.queue ?? new WorkQueue({ concurrency: options.concurrency ?? usualConcurrency(), maxWaiting: options.maxWaiting ?? 256 })
    this.#reported = shared?.reported ?? new Set()
    this.#forms = knownForms(cost)
    this.#nobodies = this.#readNobodies([frontOf(this.#written), ...(options.older ?? [])])
  }

  /** The same, in the same line, for a directory whose hashes are of another form. */
  writing(written: WrittenForm): PasswordHasher {
    return new PasswordHasher(this.#options, { written, queue: this.#queue, reported: this.#reported })
  }

  refusal(secret: Secret): PolicyFailure | undefined {
    const text = passwordText(secret.reveal())
    if (text === undefined) return { rule: 'MAX_LENGTH', params: { maxLength: MAX_PASSWORD_CHARACTERS } }
    if (this.#written.is !== 'bcrypt' || fitsBcrypt(text)) return undefined
    return text.includes('\0')
      ? { rule: 'CANNOT_CONTAIN_CHARACTERS', params: { forbiddenChars: '\0' } }
      : { rule: 'MAX_LENGTH', params: { maxLength: BCRYPT_BYTES } }
  }

  async hash(secret: Secret): Promise<string> {
    const text = passwordText(secret.reveal())
    if (text === undefined) throw new RangeError('a password of more than 256 characters is not hashed')
    if (this.refusal(secret) !== undefined) throw new RangeError('a password of more than 72 bytes, or with a NUL, is not hashed by bcrypt')
    return this.#queue.run(() => makeHash(this.#written, text))
  }

  async verify(hashed: string | undefined, secret: Secret): Promise<boolean> {
    const text = passwordText(secret.reveal())
    if (text === undefined) return false
    const theirs = hashed === undefined ? undefined : this.#read(hashed)
    // Theirs takes the place of nobody's that costs the same, or else of the first.
    const place = this.#nobodies.findIndex(({ cost }) => cost === theirs?.cost)
    if (theirs !== undefined && place < 0) this.#tell({ is: 'unlisted', cost: theirs.cost })
    return this.#queue.run(async () => {
      let isRight = false
      for (const [index, nobody] of this.#nobodies.entries()) {
        const isTheirs = index === Math.max(place, 0)
        const same = await ((isTheirs && theirs) || nobody).matches(text)
        if (isTheirs) isRight = same
      }
      return isRight && theirs !== undefined
    })
  }

  async matches(hashed: string, secret: Secret): Promise<boolean> {
    const text = passwordText(secret.reveal())
    const theirs = this.#read(hashed)
    return text !== undefined && theirs !== undefined && this.#queue.run(() => theirs.matches(text))
  }

  isOutdated(hashed: string, secret: Secret): boolean {
    const text = passwordText(secret.reveal())
    const theirs = this.#read(hashed)
    if (text === undefined || theirs === undefined || theirs.cost === this.#nobodies[0]?.cost) return false
    return theirs.covers(text) && this.refusal(secret) === undefined
  }

  #read(hashed: string): ReadHash | undefined {
    const form = this.#forms.find(({ begins }) => begins.test(hashed))
    const read = form?.read(hashed)
    if (read === undefined && !NO_PASSWORD.test(hashed)) this.#tell({ is: 'unreadable', form: form?.name ?? 'unknown' })
    return read
  }

  #readNobodies(fronts: readonly string[]): readonly ReadHash[] {
    const all = fronts.map((front) => readFront(front, this.#forms))
    return all.filter(({ cost }, index) => all.findIndex((other) => other.cost === cost) === index)
  }

  #tell(finding: HashFinding): void {
    const key = JSON.stringify(finding)
    // What hashes may cost is up to whoever writes the table; what is remembered of it is not.
    if (this.#reported.has(key) || this.#reported.size >= 64) return
    this.#reported.add(key)
    this.#options.report?.(finding)
  }
}

/** What hashers of one line have in common. */
interface Shared {
  readonly written: WrittenForm
  readonly queue: WorkQueue
  readonly reported: Set<string>
}

/** @throws RangeError for what is no front of a form that is known, or costs more than is read. */
function readFront(front: string, forms: readonly StoredForm[]): ReadHash {
  const [read] = forms.flatMap((form) => {
    const nobody = form.complete(front)
    const read = nobody === undefined ? undefined : form.read(nobody)
    return read === undefined ? [] : [read]
  })
  if (read === undefined) throw new RangeError(`no hashes that are read begin with ${front}`)
  return read
}

/** Whether hashes that begin so are read. */
export function isKnownFront(front: string): boolean {
  return knownForms(DEFAULT_HASH_COST).some((form) => {
    const nobody = form.complete(front)
    return nobody !== undefined && form.read(nobody) !== undefined
  })
}

/** Whether a text is a hash that is read. */
export function isKnownHash(hashed: string): boolean {
  return knownForms(DEFAULT_HASH_COST).some((form) => form.read(hashed) !== undefined)
}

/** One hash for each core but one, which is left to the requests, and four at the most: several processes may share the machine. */
export function usualConcurrency(cores = availableParallelism()): number {
  return Math.max(1, Math.min(cores - 1, 4))
}
