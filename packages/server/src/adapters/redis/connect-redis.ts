import { readFile } from 'node:fs/promises'
import { Cluster, Redis } from 'ioredis'
import type { ClusterOptions, RedisOptions } from 'ioredis'
import type { RedisClient } from './redis-client.js'
import type { RedisPlace, RedisSettings, RedisTls } from './redis-settings.js'
import { sendTogether } from './send-together.js'
import { stayConnected } from './stay-connected.js'

export interface ConnectRedisOptions {
  /** Told of each fault of the connection; the client connects again by itself. */
  readonly onError: (error: Error) => void
  /** Milliseconds after which a command fails; 2 000 when absent. */
  readonly commandTimeoutMs?: number
  /** Milliseconds for the connection to come up; 2 000 when absent. */
  readonly connectTimeoutMs?: number
  /** 4 or 6 for one family of addresses; 0, both, when absent. */
  readonly family?: 0 | 4 | 6
}

/** Replies in the form that the adapters read. */
type Options = RedisOptions & { readonly replyMapping?: 'legacy' }

const TIMEOUT_MS = 2_000
/** A request fails soon rather than waits long: its caller can send it again. */
const RETRIES = 1
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
/** Sentinels are few and quick: one that has told of no failover for want of a connection is asked for it again soon. */
const SENTINEL_AGAIN_MS = 1_000
/** How often a Cluster is asked who serves what: a node that is cut off closes no connection, so nothing else would tell. */
const SLOTS_MS = 2_000

/**
 * Opens the connection that the adapters share. Commands of one turn travel together.
 * @param url `redis://` or `rediss://` (TLS, with the certificate checked), with user, password and database where there are any.
 */
export function connectRedis(url: string, options: ConnectRedisOptions): Redis {
  return listening(new Redis(url, connectionOptions(options)), options)
}

/**
 * Opens the store that is configured: one Redis, the master that Sentinels know, or a Cluster. A certificate is verified always.
 * @param options time limits are those of the settings.
 * @throws the system's errors for a file of certificates that cannot be read; what does not answer is told by the first call.
 */
export async function openRedis(settings: RedisSettings, { onError, family }: ConnectRedisOptions): Promise<RedisClient> {
  const { place, user, password, timeoutMs } = settings
  const options: ConnectRedisOptions = {
    onError,
    commandTimeoutMs: timeoutMs,
    connectTimeoutMs: timeoutMs,
    ...(family !== undefined && { family }),
  }
  const own: Options = {
    ...connectionOptions(options),
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password: password.reveal() }),
    ...(settings.tls !== undefined && { tls: await tlsOptions(settings.tls) }),
  }
  switch (place.is) {
    case 'server':
      return listening(new Redis(place.url.reveal(), own), options)
    case 'sentinel':
      return stayConnected(listening(new Redis({ ...own, ...sentinelOptions(place, own) }), options))
    case 'cluster':
      return clusterReady(listening(new Cluster([...place.nodes], clusterOptions(own)), options), timeoutMs)
  }
}

function connectionOptions({ commandTimeoutMs = TIMEOUT_MS, connectTimeoutMs = TIMEOUT_MS, family = 0 }: ConnectRedisOptions): Options {
  return {
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    // One that swallows what it is sent, as after a machine was unplugged, is given up for a new one; the system would take a quarter of an hour.
    socketTimeout: 2 * commandTimeoutMs,
    maxRetriesPerRequest: RETRIES,
    // It would be one more command to grant, and tells nothing that we need.
    disableClientInfo: true,
    family,
    retryStrategy: pauseMs,
    // A master that has become a replica, or has lost all of its own, takes no write; where the master is now is asked anew. Nothing is sent twice:
    // the caller knows best.
    reconnectOnError: (error) => /^(?:READONLY|MASTERDOWN|NOREPLICAS)\b/.test(error.message),
  }
}

function sentinelOptions({ nodes, name, user, password, database }: RedisPlace & { readonly is: 'sentinel' }, own: Options): Options {
  return {
    sentinels: [...nodes],
    name,
    db: database,
    ...(user !== undefined && { sentinelUsername: user }),
    ...(password !== undefined && { sentinelPassword: password.reveal() }),
    ...(own.tls && { sentinelTLS: own.tls, enableTLSForSentinelMode: true }),
    sentinelCommandTimeout: own.commandTimeout ?? TIMEOUT_MS,
    sentinelRetryStrategy: pauseMs,
    // The old master may hang, or not know yet that it is none any more: a Sentinel tells.
    failoverDetector: true,
    sentinelReconnectStrategy: () => SENTINEL_AGAIN_MS,
  }
}

function clusterOptions(own: Options) {
  return {
    redisOptions: own,
    // What no node can take now fails soon rather than waits.
    enableOfflineQueue: false,
    slotsRefreshTimeout: own.commandTimeout ?? TIMEOUT_MS,
    slotsRefreshInterval: SLOTS_MS,
    clusterRetryStrategy: pauseMs,
    // Names stay names, so that certificates are compared with them.
    dnsLookup: (host, told) => told(null, host),
  } satisfies ClusterOptions
}

function pauseMs(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10))
}

/** How TLS is spoken. @throws the system's errors for a file that cannot be read. */
export async function tlsOptions({ caFile, certFile, keyFile }: RedisTls): Promise<NonNullable<RedisOptions['tls']>> {
  const read = async (file: string | undefined) => (file === undefined ? undefined : readFile(file))
  const [ca, cert, key] = await Promise.all([read(caFile), read(certFile), read(keyFile)])
  return { rejectUnauthorized: true, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** Waits until the nodes are known, or until it is clear that they will not be soon; the first call tells which. */
function clusterReady(cluster: Cluster, timeoutMs: number): Promise<Cluster> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(late)
      cluster.removeListener('ready', go)
      resolve(cluster)
    }
    const late = setTimeout(go, 2 * timeoutMs)
    cluster.once('ready', go)
  })
}

function listening<C extends RedisClient>(client: C, { onError }: ConnectRedisOptions): C {
  const told = (error: Error): void => {
    forgetCommand(error)
    onError(error)
  }
  client.on('error', told)
  if (client instanceof Cluster) {
    client.on('node error', told)
    client.on('+node', (node: Redis) => sendTogether(minded(node)))
  } else sendTogether(client)
  return client
}

/**
 * A command that follows its key to another node is sent behind an ASKING, whose failure the client leaves to nobody: a node that is lost just then
 * would end the process. The command itself fails as well, and tells its caller.
 */
function minded(node: Redis): Redis {
  const asking = node.asking.bind(node)
  Reflect.set(node, 'asking', (): Promise<unknown> => {
    const sent = asking()
    sent.catch(() => undefined)
    return sent
  })
  return node
}

/**
 * An error of the connection carries the command that was refused. When that is the log-in, its arguments are user and password, and the same error
 * is handed to every call that waits; this runs before any of them sees it.
 */
function forgetCommand(error: Error): void {
  Reflect.deleteProperty(error, 'command')
}
