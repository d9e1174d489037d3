import type { JsonObject, Limits, Secret } from '@rekey/core'
import type { ConfigSource } from './source.js'

/** Everything a server is told, checked, with all defaults in place. Paths are absolute. */
export interface Config {
  /** Where its values come from, for faults that are found later. */
  readonly source: ConfigSource
  readonly port: number
  readonly host: string
  /** As configured, without a slash at the end; absent when it is not configured. See `publicUrlOf`. */
  readonly publicUrl?: string
  readonly dev: boolean
  /** A folder or a file. */
  readonly flows: string
  /** Names of packages and absolute paths. */
  readonly plugins: readonly string[]
  readonly store: { readonly is: 'memory' } | { readonly is: 'redis'; readonly url: Secret; readonly prefix: string }
  readonly directory: {
    readonly file: string
    /** A YAML file of people; absent for a directory that begins empty. */
    readonly seed?: string
    /** True while the seed is the one that Rekey ships. */
    readonly isDemo: boolean
    readonly historySize: number
  }
  readonly mail: { readonly mailbox: boolean; readonly from: string }
  readonly keys: { readonly is: 'file'; readonly file: string } | { readonly is: 'configured'; readonly ring: KeyRing }
  readonly passwords: PasswordSettings
  readonly limits: Limits
  /** Settings of every dialect, by name. */
  readonly dialects: { readonly [name: string]: JsonObject }
  readonly log: { readonly level: LogLevel }
  /** Networks in CIDR notation. */
  readonly trustedProxies: readonly string[]
}

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** The secrets of an installation: `keyBytes` turns one into bytes. */
export interface KeyRing {
  /** The first one signs and seals, all are accepted. */
  readonly signing: readonly { readonly id: string; readonly secret: Secret }[]
  /** Never rotated. */
  readonly stable: Secret
}

export interface PasswordSettings {
  readonly profile: 'standard' | 'demo'
  /** Rules that differ from the profile's. */
  readonly rules: {
    readonly minLength?: number
    readonly maxLength?: number
    readonly capitals?: number
    readonly numbers?: number
    readonly ownData?: boolean
    readonly common?: boolean
    readonly history?: boolean
  }
  readonly hashing: { readonly memoryKiB: number; readonly passes: number; readonly lanes: number }
}
