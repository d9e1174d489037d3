/** A running slapd of our own. */
export interface PrivateLdap {
  readonly url: string
  /** `ldaps://`; absent without certificates. */
  readonly tlsUrl?: string
  /** The top of its tree. The entry itself is for the first who needs it to make. */
  readonly suffix: string
  /** Who may do everything and is bound by no policy. */
  readonly admin: { readonly dn: string; readonly password: string }
  readonly port: number
  readonly pid: number
  /** What it keeps; a killed server is started again from it. */
  readonly home: string
  /** File of its log: a line for each operation, and no password. */
  readonly log: string
  /** Ends the server and removes what it kept. */
  stop(): Promise<void>
  /** Ends the server without a word to its clients, as a broken machine would. */
  kill(): Promise<void>
}

export interface PrivateLdapOptions {
  /** A port instead of a free one. */
  readonly port?: number
  /** The home of a killed server, to start again. */
  readonly home?: string
  /** PEM files. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
  /** False for a server without the overlay of password policies. */
  readonly ppolicy?: boolean
  /** Further lines of the database's configuration. */
  readonly lines?: readonly string[]
}

/** Starts a private slapd on the loopback address; resolves once it accepts connections. */
export function startLdap(options?: PrivateLdapOptions): Promise<PrivateLdap>
