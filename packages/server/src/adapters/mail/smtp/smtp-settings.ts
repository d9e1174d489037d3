import type { Secret } from '@rekey/core'

/**
 * How the way to a mail server is kept private: `required` asks for STARTTLS and sends nothing without, `implicit` begins with TLS,
 * `opportunistic` takes STARTTLS where it is offered, `none` never does. A certificate that is not good is refused in each of them.
 */
export const SMTP_TLS = ['required', 'implicit', 'opportunistic', 'none'] as const
export type SmtpTls = (typeof SMTP_TLS)[number]

/** A mail server, and how to speak to it. */
export interface SmtpSettings {
  /** Told in logs. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly login?: { readonly user: string; readonly password: Secret }
  readonly tls: SmtpTls
  /** File of the certificates, in PEM, that are trusted instead of those that Node trusts. */
  readonly caFile?: string
  /** Connections at once, and mails over each of them. */
  readonly pool: { readonly connections: number; readonly messages: number }
  /** Milliseconds: until it greets, between two replies, and for a whole mail. */
  readonly timeouts: { readonly connectMs: number; readonly idleMs: number; readonly sendMs: number }
  readonly dkim?: DkimSettings
}

/** By what mails are signed. */
export interface DkimSettings {
  readonly domain: string
  readonly selector: string
  /** File of the private key, RSA, in PEM. */
  readonly keyFile: string
}

/** What the files of a server's settings hold. */
export interface SmtpFiles {
  readonly ca?: string
  readonly dkimKey?: string
}
