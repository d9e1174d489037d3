import type { PolicyFailure } from '../step/verdict.js'
import type { Secret } from '../step/secret.js'
import { isJsonObject } from '../step/json.js'
import { service } from '../step/service.js'

/** Attributes of a person that steps may need. */
export type AttributeName = 'id' | 'userName' | 'mail' | 'phone' | 'givenName' | 'surname' | 'locale' | 'groups' | 'kba' | 'totp'

export type AccountState = 'active' | 'locked' | 'disabled'

/** A security question that a person has answered: one of the configuration by id, or an own one with its text. */
export interface StoredQuestion {
  readonly id: string
  /** The text of a person's own question; absent for a configured one. */
  readonly own?: string
}

/** A person as the directory knows them. It never holds a credential or an answer. */
export interface Principal {
  /** The directory's own id: stable, opaque. */
  readonly id: string
  readonly userName: string
  readonly mail?: string
  readonly phone?: string
  readonly givenName?: string
  readonly surname?: string
  readonly locale?: string
  readonly state: AccountState
  readonly groups: readonly string[]
  readonly kba: readonly StoredQuestion[]
  readonly hasPassword: boolean
  /** True for somebody who has set up an authenticator app; absent for others. */
  readonly totp?: true
  /** True while the password is a generated one that must be changed at the first log-in; absent otherwise. */
  readonly mustChange?: true
  /** The name in the form `name@suffix`, where the directory has one. */
  readonly principalName?: string
  /** The entry's full name in a directory tree: `CN=Jon.One,CN=Users,DC=mydomain,DC=com`. */
  readonly distinguishedName?: string
  /** Attributes that the configuration declares beside these, by name; what somebody does not have is left out. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** Moves with every change of the password; compared, never interpreted. */
  readonly credentialVersion: string
}

/** A search: equality on named fields, combined. Source of the names: ForgeRock's common filters, cut down to what is safe. */
export type Filter =
  | { readonly is: 'equals'; readonly field: FilterField; readonly value: string }
  | { readonly is: 'and'; readonly of: readonly Filter[] }
  | { readonly is: 'or'; readonly of: readonly Filter[] }

/**
 * What a search may name. `login` is the short name that is unique in one `domain`; `domain` is that domain by its DNS name or by the first
 * label of it, so that `mydomain\\Jon.One` is an `and` of both; `distinguishedName` is compared without regard to case and blanks.
 */
export type FilterField = (typeof FILTER_FIELDS)[number]

export const FILTER_FIELDS = [
  'userName',
  'mail',
  'phone',
  'givenName',
  'surname',
  'login',
  'domain',
  'principalName',
  'distinguishedName',
  'id',
] as const

/** Levels that a filter may nest. */
const MAX_FILTER_DEPTH = 256

/** Whether a value that came through a dialect is a filter: known shape, known fields, text values, bounded depth. */
export function isFilter(value: unknown, depth = 0): value is Filter {
  if (!isJsonObject(value) || depth > MAX_FILTER_DEPTH) return false
  if (value['is'] === 'equals') return typeof value['value'] === 'string' && FILTER_FIELDS.some((field) => field === value['field'])
  if (value['is'] !== 'and' && value['is'] !== 'or') return false
  const of = value['of']
  return Array.isArray(of) && of.length > 0 && of.every((part: unknown) => isFilter(part, depth + 1))
}

export interface SetPassword {
  readonly id: string
  readonly secret: Secret
  /** The credential version that must still hold. */
  readonly expect: string
  /** Names this one change; a directory that remembers it can tell later whether it was done. */
  readonly act: string
  /** True for a generated password: it must be changed at the first log-in. */
  readonly mustChange?: boolean
  /** True where a lock of the account ends with the same write. */
  readonly clearLockout?: boolean
  /** Milliseconds since the epoch, by the store's clock, after which the write must not happen. */
  readonly deadline: number
  /** The same moment by the clock of this process, for a directory that goes by that one; `deadline` when absent. */
  readonly deadlineHere?: number
}

export type SetPasswordResult =
  | { readonly is: 'done'; readonly credentialVersion: string }
  | { readonly is: 'changed-meanwhile' }
  | { readonly is: 'refused'; readonly failures: readonly PolicyFailure[] }

/** Answers to questions by question id, in the order asked. */
export interface GivenAnswer {
  readonly question: string
  readonly answer: Secret
}

/** Knows the people. Every call costs the same for people who do not exist. Faults of the directory are thrown. */
export interface Directory {
  /** People that match exactly under the directory's folding, two at the most: more than one is no match to anybody. */
  find(filter: Filter): Promise<readonly Principal[]>
  /** @returns undefined when there is nobody with that id. */
  read(id: string): Promise<Principal | undefined>
  /** The one spelling of an identifier under which the directory compares. */
  normalise(identifier: string): string
  verifyPassword(id: string, secret: Secret): Promise<boolean>
  /** True when every answer is right. All answers are compared, whatever the first one gave. */
  verifyAnswers(id: string, answers: readonly GivenAnswer[]): Promise<boolean>
  /** Whether the secret is the person's present password or one of their earlier ones that the directory remembers. It touches nothing: no failed log-in is counted. */
  remembersPassword(id: string, secret: Secret): Promise<boolean>
  /** Sets the password if its version is still the expected one; one atomic compare-and-set. */
  setPassword(request: SetPassword): Promise<SetPasswordResult>
  /** The shared secret of an authenticator app, RFC 4648 base32; undefined for people without one. */
  totpSecret(id: string): Promise<Secret | undefined>
  /** The act that last set the password, where the directory remembers one. */
  lastAct(id: string): Promise<string | undefined>
  /** The configured questions: text by language, by id. */
  questions(): ReadonlyMap<string, { readonly [language: string]: string }>
}

export const Directory = service<Directory>('Directory')
