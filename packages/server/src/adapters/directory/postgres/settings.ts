import type { Secret } from '@rekey/core'
import type { PeopleMapping } from './mapping.js'

/** How a PostgreSQL database is reached. */
export interface PostgresAddress {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: Secret
  /** `verify` unless the host is this machine, or the address says `sslmode=disable`. */
  readonly tls?: 'verify' | 'off'
  /** The certificates that are trusted, in PEM; those of the system unless given. */
  readonly ca?: string
  /** Connections at most. */
  readonly connections: number
  /** How long a call waits for a free connection, a new one included, in milliseconds. */
  readonly connectTimeoutMs: number
  /** How long a statement may take, in milliseconds. */
  readonly queryTimeoutMs: number
}

/** Everything that the directory in PostgreSQL is told. */
export interface PostgresSettings extends Omit<PostgresAddress, 'ca'> {
  /** Absolute path of a PEM file. */
  readonly caFile?: string
  /** Where our own tables are. */
  readonly schema: string
  /** Whether our own tables are brought to the present version at start, or by `rekey migrate` alone. */
  readonly migrate: 'start' | 'command'
  /** Rules of the password policy by the constraint, SQLSTATE or message with which the database refuses a password. */
  readonly refusals: Refusals
  /** A table of people that is there already; our own tables unless given. */
  readonly people?: PeopleMapping
}

export type Refusals = { readonly [name: string]: string }
