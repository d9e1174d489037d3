import type { AccountState, Principal } from '../ports/directory.js'

/** A person for tests of directories, with secrets in clear. */
export interface TestPerson {
  /** The directory's id; the directory chooses one when absent. */
  readonly id?: string
  readonly userName: string
  readonly mail?: string
  readonly phone?: string
  readonly givenName?: string
  readonly surname?: string
  readonly locale?: string
  /** `active` unless given. */
  readonly state?: AccountState
  readonly groups?: readonly string[]
  readonly password?: string
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
  readonly answers?: readonly (
    | { readonly question: string; readonly answer: string }
    | { readonly ownQuestion: string; readonly answer: string }
  )[]
  /** Values of declared attributes, by name. */
  readonly attributes?: NonNullable<Principal['attributes']>
}
