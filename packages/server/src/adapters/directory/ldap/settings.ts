import type { Secret } from '@rekey/core'
import type { PersonPlaces } from '../person-places.js'

/** The kinds of server that are known. */
export const LDAP_KINDS = ['openldap', 'activeDirectory'] as const

export type LdapKind = (typeof LDAP_KINDS)[number]

/** How a tree of people is reached. */
export interface LdapAddress {
  /** `ldap://host:389` or `ldaps://host:636`; several are tried in turn. */
  readonly urls: readonly string[]
  /** `verify` unless the host is this machine. `ldap://` then begins TLS with StartTLS. */
  readonly tls?: 'verify' | 'off'
  /** The certificates that are trusted, in PEM; those of Node unless given. */
  readonly ca?: string
  /** Connections at most, for searches and changes; as many again for the binds of people. */
  readonly connections: number
  /** How long a call waits for a free connection, and for each address of a new one, in milliseconds. */
  readonly connectTimeoutMs: number
  /** How long an operation may take, in milliseconds. */
  readonly queryTimeoutMs: number
}

/** Everything that the directory in LDAP is told. */
export interface LdapSettings extends Omit<LdapAddress, 'ca'> {
  readonly kind: LdapKind
  /** Absolute path of a PEM file. */
  readonly caFile?: string
  /** Who searches and changes. */
  readonly bindDn: string
  readonly password: Secret
  /** The entry below which people are. */
  readonly base: string
  /** Which entries are people, RFC 4515. */
  readonly filter: string
  /** An entry that is read, and that a password is tried on, for people who do not exist. */
  readonly decoy?: string
  readonly people: LdapMapping
  readonly groups?: LdapGroups
  /** How long a lock of the password policy lasts, in milliseconds; until it is lifted unless given. */
  readonly lockoutMs?: number
  /** The configured questions in their order, each with its text by language. */
  readonly questions: readonly { readonly id: string; readonly text: { readonly [language: string]: string } }[]
  /** Rules of the password policy by what the server says of a password that it refuses. */
  readonly refusals: { readonly [reason in LdapRefusal]?: string }
}

/** Which attributes hold what of people. Without `domain` it follows from the `DC` parts of the entry's name. */
export interface LdapMapping extends PersonPlaces {
  /** Values are `id:hash`, or JSON objects with `id`, `hash` and perhaps `own`. */
  readonly answers?: string
  /** Moves with each change of the password. */
  readonly version: string
  /** A value that stands in neither list means `disabled`; nothing there means active. */
  readonly status?: { readonly attribute: string; readonly active: readonly string[]; readonly locked: readonly string[] }
}

export interface LdapGroups {
  /** The entry below which groups are. */
  readonly base: string
  readonly objectClass: string
  /** The attribute that holds the names of members. */
  readonly member: string
  /** The attribute that holds the name of the group. */
  readonly name: string
  /** How many times groups around groups are looked for; 0 for those somebody is in directly. */
  readonly levels: number
}

/** What a server says of a password that it refuses. Source: draft-behera-ldap-password-policy-10 section 6.2; Active Directory says `passwordRestriction` of all. */
export type LdapRefusal =
  | 'insufficientPasswordQuality'
  | 'passwordTooShort'
  | 'passwordTooYoung'
  | 'passwordInHistory'
  | 'passwordTooLong'
  | 'passwordRestriction'
