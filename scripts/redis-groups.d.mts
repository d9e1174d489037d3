import type { PrivateRedis } from './redis-server.mjs'

/** Paths of files in PEM: a certificate for 127.0.0.1, its private key, and the authority that signed it. */
export interface Certificates {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** A master, its replica and three Sentinels. */
export interface Sentinels {
  /** What the Sentinels call the master. */
  readonly name: string
  /** The Sentinels, `host:port`. */
  readonly nodes: readonly string[]
  /** The server that was master at the beginning, and its replica. */
  readonly master: PrivateRedis
  readonly replica: PrivateRedis
  readonly sentinels: readonly PrivateRedis[]
  /** Port of the server that a Sentinel takes for the master now. */
  masterPort(): Promise<number>
  stop(): Promise<void>
}

export interface ClusterNode extends PrivateRedis {
  readonly id: string
}

/** Masters that share all slots, and a replica of each, in the same order. */
export interface PrivateCluster {
  /** All nodes, `host:port`. */
  readonly nodes: readonly string[]
  readonly masters: readonly ClusterNode[]
  readonly replicas: readonly ClusterNode[]
  stop(): Promise<void>
}

export function startSentinels(options?: {
  readonly name?: string
  readonly downAfterMs?: number
  /** All servers speak TLS and nothing else then, to each other too. */
  readonly certificates?: Certificates
}): Promise<Sentinels>

export function startCluster(options?: {
  readonly masters?: number
  /** A node that does not answer for so many milliseconds is replaced. */
  readonly nodeTimeoutMs?: number
  readonly args?: readonly string[]
  /** All nodes speak TLS and nothing else then, to each other too. */
  readonly certificates?: Certificates
}): Promise<PrivateCluster>

/** Gives one command to a server of the loopback address. @throws Error with the reply of a server that refuses. */
export function ask(port: number, ...words: readonly string[]): Promise<string>
