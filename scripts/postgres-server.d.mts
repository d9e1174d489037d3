/** A running PostgreSQL of our own. */
export interface PrivatePostgres {
  /** Address of its database, with the super-user's name and password. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** What it keeps; a killed server is started again from it. */
  readonly home: string
  /** Ends the server and removes what it kept. */
  stop(): Promise<void>
  /** Ends the server without a word to its clients, as a broken machine would. */
  kill(): Promise<void>
}

export interface PrivatePostgresOptions {
  /** Further arguments of the program. */
  readonly args?: readonly string[]
  /** A port instead of a free one. */
  readonly port?: number
  /** The home of a killed server, to start again. */
  readonly home?: string
}

/** Starts a private PostgreSQL on the loopback address; resolves once it accepts connections. */
export function startPostgres(options?: PrivatePostgresOptions): Promise<PrivatePostgres>
