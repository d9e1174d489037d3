import { Cluster } from 'ioredis'
import type { Redis, RedisCommander } from 'ioredis'

/** The commands that the adapters give; a Cluster sends each to the node of its key. */
export type RedisCommands = RedisCommander<{ readonly type: 'default'; readonly mapping: 'resp2' }> & Pick<Redis, 'defineCommand'>

/** A connection to the store, whichever way Redis is run: both give the same commands. */
export type RedisClient = Redis | Cluster

/** Whether keys lie on several nodes, so that a command may touch one slot only. */
export function isCluster(client: object): client is Cluster {
  return client instanceof Cluster
}

/** Connections to all servers that hold keys: one, or the masters of a Cluster. */
export function mastersOf(client: RedisClient): readonly Redis[] {
  return isCluster(client) ? client.nodes('master') : [client]
}

/** Whether a command was refused, before anything of it was done, because its keys lie in several slots: a Cluster of one node that was named as a server. */
export function crossesSlots(error: unknown): boolean {
  return String(error).includes('CROSSSLOT')
}
