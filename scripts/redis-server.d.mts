/** A running Redis of our own. */
export interface PrivateRedis {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Ends the server and removes what it kept. */
  stop(): Promise<void>
}

export interface PrivateRedisOptions {
  /** Further arguments of the program; they win over our own. */
  readonly args?: readonly string[]
  /** A port instead of a free one. */
  readonly port?: number
  /** A directory to use, and to keep, instead of a temporary one. */
  readonly dir?: string
  /** Text of a configuration file that the program may write. */
  readonly file?: string
  /** What it says when it is up; that it accepts connections, when absent. */
  readonly ready?: RegExp
  /** A node of a Cluster, with a free port for its bus as well. */
  readonly cluster?: boolean
  /** Arguments with certificates; the port takes nothing but TLS then. */
  readonly tls?: readonly string[]
}

/** Starts a private Redis on the loopback address; resolves once it accepts connections. */
export function startRedis(options?: PrivateRedisOptions): Promise<PrivateRedis>

/** The program to run and the environment it needs. @throws Error with one sentence when there is none. */
export function redisProgram(): { readonly path: string; readonly env: NodeJS.ProcessEnv }
