import type { AccountState, Principal } from '@rekey/core'

/** A person as somebody hands them in, with secrets in clear: to be hashed and forgotten. */
export interface NewPerson {
  /** The directory's id; a random one unless given. */
  readonly id?: string
  readonly userName: string
  readonly mail?: string
  readonly phone?: string
  readonly givenName?: string
  readonly surname?: string
  /** A language tag such as `de-CH`. */
  readonly locale?: string
  /** `active` unless given. */
  readonly state?: AccountState
  readonly groups?: readonly string[]
  readonly password?: string
  /** Instead of the password: its hash, in any form that is read, as another program made it. */
  readonly passwordHash?: string
  /** The short name within the domain; the user name unless given. */
  readonly login?: string
  /** DNS name of the domain the login belongs to, `mydomain.com`. */
  readonly domain?: string
  /** A name in the form `name@suffix`. */
  readonly principalName?: string
  /** `CN=Jon.One,CN=Users,DC=mydomain,DC=com`. */
  readonly distinguishedName?: string
  /** Shared secret of an authenticator app, RFC 4648 base32. */
  readonly totp?: string
  readonly answers?: readonly NewAnswer[]
  /** Values of declared attributes, by name. */
  readonly attributes?: Attributes
}

/** Values of the attributes that the configuration declares. */
export type Attributes = NonNullable<Principal['attributes']>

/** An answer to a configured question by its id, or to the person's own question by its text. */
export type NewAnswer = { readonly question: string; readonly answer: string } | { readonly ownQuestion: string; readonly answer: string }

/** The configured questions: text by language, by id. */
export type Questions = ReadonlyMap<string, { readonly [language: string]: string }>
