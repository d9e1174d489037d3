import type { JsonObject, Limits, Properties, Rate, Secret } from '@rekey/core'
import type { IssuerAlgorithm, SubjectIs } from '../adapters/bearers/issuer.js'
import type { BreachedSettings } from '../adapters/passwords/breached/breached-settings.js'
import type { LdapSettings } from '../adapters/directory/ldap/settings.js'
import type { PostgresSettings } from '../adapters/directory/postgres/settings.js'
import type { RedisSettings } from '../adapters/redis/redis-settings.js'
import type { CaptchaProvider } from '../adapters/captcha/configured-captcha.js'
import type { ValidatorSource } from '../adapters/validator/configured-validator.js'
import type { Dialect } from '../dialect/dialect.js'
import type { ServerPlugin } from '../dialect/server-plugin.js'
import type { HttpLimits } from '../http/limits.js'
import type { ConfigSource } from './source.js'
import type { SmtpSettings } from '../adapters/mail/smtp/smtp-settings.js'

/** Everything a server is told, checked, with all defaults in place. Paths are absolute. */
export interface Config {
  /** Where its values come from, for faults that are found later. */
  readonly source: ConfigSource
  readonly port: number
  readonly host: string
  /** Processes that serve the port together. */
  readonly processes: number
  /** As configured, without a slash at the end; absent when it is not configured. See `publicUrlOf`. */
  readonly publicUrl?: string
  readonly dev: boolean
  /** A folder or a file. */
  readonly flows: string
  /** File in which compiled flows are kept; absent where every start compiles them. */
  readonly compiled?: string
  /** What the configured packages bring, loaded. */
  readonly plugins: readonly ServerPlugin[]
  /** The dialects that ship, then those of plugins, in the order in which reports name them. */
  readonly knownDialects: readonly Dialect[]
  /** Attributes of people that are declared beside the core profile, by name. */
  readonly attributes: Properties
  readonly store: { readonly is: 'memory' } | { readonly is: 'redis'; readonly server: RedisSettings; readonly prefix: string }
  readonly directory: {
    readonly file: string
    /** A YAML file of people; absent for a directory that begins empty. */
    readonly seed?: string
    /** True while the seed is the one that Rekey ships. */
    readonly isDemo: boolean
    readonly historySize: number
    /** The database that holds the people instead of the file. */
    readonly postgres?: PostgresSettings
    /** The tree that holds the people instead of the file. */
    readonly ldap?: LdapSettings
  }
  readonly mail: {
    readonly mailbox: boolean
    /** Whether messages tell from which network address they were asked for. */
    readonly tellsAddress: boolean
    readonly from: string
    readonly file: string
    /** In order; none where mails are kept. */
    readonly providers: readonly SmtpSettings[]
  }
  /** In order; none where text messages are kept. */
  readonly sms: { readonly providers: readonly SmsProvider[] }
  readonly validators: readonly ValidatorSource[]
  readonly captcha: { readonly providers: readonly CaptchaProvider[] }
  readonly bearers: {
    readonly issuers: readonly IssuerSettings[]
    /** File of the key pair that signs demo tokens; absent where none are accepted. */
    readonly demoKey?: string
  }
  readonly keys: { readonly is: 'file'; readonly file: string } | { readonly is: 'configured'; readonly ring: KeyRing }
  readonly passwords: PasswordSettings
  readonly limits: Limits
  /** Conversations that may begin in one store. */
  readonly startCeiling: Rate
  /** Settings of every dialect, by name. */
  readonly dialects: { readonly [name: string]: JsonObject }
  readonly log: { readonly level: LogLevel }
  readonly audit: AuditSettings
  readonly metrics: MetricsSettings
  readonly traces: TraceSettings
  readonly stop: { readonly noticeMs: number }
  /** What one caller may take of the server. */
  readonly http: Partial<HttpLimits>
  /** Networks in CIDR notation. */
  readonly trustedProxies: readonly string[]
}

export type AuditSettings =
  | { readonly is: 'log' }
  | { readonly is: 'chained'; readonly folder: string; readonly sync: AuditSync; readonly rotateBytes: number }

/** When lines of the audit trail are forced onto the disk. */
export type AuditSync = 'always' | 'second' | 'never'

export type MetricsSettings =
  | { readonly is: 'off' }
  | { readonly is: 'own port'; readonly host: string; readonly port: number; readonly bearer?: Secret }
  | { readonly is: 'main port'; readonly bearer: Secret }

export type TraceSettings =
  | { readonly is: 'off' }
  | {
      readonly is: 'otlp'
      /** As it is called, with its path. */
      readonly url: string
      readonly headers: Readonly<Record<string, Secret>>
      /** From 0 to 1. */
      readonly sample: number
      readonly serviceName: string
      /** Whether traces that come through a trusted proxy are gone on with. */
      readonly trustIncoming: boolean
    }

export interface SmsProvider {
  readonly name: string
  readonly url: string
  readonly secret: Secret
  readonly timeoutMs: number
}

export interface IssuerSettings {
  readonly issuer: string
  readonly audience?: string
  /** An absolute path for a file. */
  readonly jwks: { readonly is: 'url'; readonly url: string } | { readonly is: 'file'; readonly file: string }
  readonly algorithms: readonly IssuerAlgorithm[]
  readonly subject: SubjectIs
  readonly clockSkewSeconds: number
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
  readonly breached?: BreachedSettings
  readonly hashing: HashingSettings
}

export interface HashingSettings {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  /** As many as `usualConcurrency` says unless given. */
  readonly concurrency?: number
  readonly queue: number
  /** Fronts of older hashes. */
  readonly older: readonly string[]
}
