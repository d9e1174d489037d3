import { resolve } from 'node:path'
import { durationSeconds, Secret } from '@rekey/core'
import { readNode } from '../adapters/redis/redis-settings.js'
import type { RedisNode, RedisPlace, RedisTls } from '../adapters/redis/redis-settings.js'
import type { Config } from './config.js'
import { isLoopback } from './loopback.js'
import type { FilledConfig } from './schema.js'

type FilledStore = FilledConfig['store']

/** The store, and how it is reached. @param folder that relative paths count from. */
export function resolveStore(filled: FilledStore, folder: string): Config['store'] {
  const place = placeOf(filled)
  if (place === undefined) return { is: 'memory' }
  return {
    is: 'redis',
    prefix: filled.prefix,
    server: {
      place,
      ...(filled.user !== undefined && { user: filled.user }),
      ...(filled.password !== undefined && { password: new Secret(filled.password) }),
      ...(isOverTls(filled) && { tls: tlsOf(filled, folder) }),
      timeoutMs: durationSeconds(filled.timeout) * 1_000,
    },
  }
}

/** Whether no Redis is named. */
export function isInMemory(filled: FilledStore): boolean {
  return placeOf(filled) === undefined
}

/** Whether TLS is spoken: the address says it, or the key, or where the nodes are. */
export function isOverTls({ redis, sentinel, cluster, tls }: FilledStore): boolean {
  if (redis !== undefined) return /^rediss:/i.test(redis)
  const hosts = nodesOf(sentinel?.nodes ?? cluster?.nodes ?? []).map(({ host }) => host)
  return tls === undefined ? !hosts.every(isLoopback) : tls === 'verify'
}

function placeOf({ redis, sentinel, cluster }: FilledStore): RedisPlace | undefined {
  if (redis !== undefined) return { is: 'server', url: new Secret(redis) }
  if (cluster) return { is: 'cluster', nodes: nodesOf(cluster.nodes) }
  if (!sentinel) return undefined
  const { nodes, password, ...rest } = sentinel
  return { is: 'sentinel', ...rest, nodes: nodesOf(nodes), ...(password !== undefined && { password: new Secret(password) }) }
}

/** What is no node `checkStore` refuses beside this. */
function nodesOf(texts: readonly string[]): readonly RedisNode[] {
  return texts.flatMap((text) => readNode(text) ?? [])
}

function tlsOf({ caFile, certFile, keyFile }: FilledStore, folder: string): RedisTls {
  return {
    ...(caFile !== undefined && { caFile: resolve(folder, caFile) }),
    ...(certFile !== undefined && { certFile: resolve(folder, certFile) }),
    ...(keyFile !== undefined && { keyFile: resolve(folder, keyFile) }),
  }
}
