import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startCluster, startSentinels } from '../../../../../scripts/redis-groups.mjs'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import { openRedis } from '../../../src/adapters/redis/index.js'
import type { RedisPlace, RedisTls } from '../../../src/adapters/redis/index.js'
import { readNode } from '../../../src/adapters/redis/redis-settings.js'
import { whyNoStore } from '../../../src/compose/cannot-open.js'

const file = (name: string) => fileURLToPath(new URL(`../mail/smtp/certificates/${name}`, import.meta.url))
const OURS: RedisTls = { caFile: file('ca.pem') }

async function served(certificate: string, clients: 'yes' | 'no' = 'no') {
  const [cert, key] = [file(`${certificate}.pem`), file(`${certificate}.key`)]
  const redis = await startRedis({
    tls: ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', file('ca.pem'), '--tls-auth-clients', clients],
  })
  onTestFinished(() => redis.stop())
  return redis
}

/** @returns what the server says, or why it is not spoken to. */
async function said(url: string, tls: RedisTls, timeoutMs = 10_000): Promise<string> {
  const faults: Error[] = []
  const settings = { place: { is: 'server', url: new Secret(url) }, timeoutMs, tls } as const
  const redis = await openRedis(settings, { onError: (error) => void faults.push(error) })
  try {
    return await redis.ping()
  } catch (error) {
    const fault = faults[0] ?? error
    return fault instanceof Error && 'code' in fault ? String(fault.code) : 'no connection'
  } finally {
    redis.disconnect()
  }
}

describe('TLS to Redis is verified (SEC-81)', () => {
  test('a certificate of the named authority, made out to the host, is good', async () => {
    const { port } = await served('localhost')
    expect(await said(`rediss://localhost:${port}`, OURS)).toBe('PONG')
  })

  test('a certificate of an authority that is not trusted is refused', async () => {
    const { port } = await served('localhost')
    expect(await said(`rediss://localhost:${port}`, {})).toMatch(/^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)$/)
  })

  test('a certificate that is made out to another host is refused', async () => {
    const { port } = await served('elsewhere')
    expect(await said(`rediss://localhost:${port}`, OURS)).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  test('who asks for a certificate of ours gets the configured one', async () => {
    const { port } = await served('localhost', 'yes')
    const own = { ...OURS, certFile: file('localhost.pem'), keyFile: file('localhost.key') }
    expect(await said(`rediss://localhost:${port}`, own)).toBe('PONG')
    expect(await said(`rediss://localhost:${port}`, OURS)).not.toBe('PONG')
  })

  test('a server without TLS is not spoken to in clear instead', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    expect(await said(`rediss://127.0.0.1:${redis.port}`, OURS, 500)).not.toBe('PONG')
  })
})

describe('TLS to a Redis of several servers is verified (SEC-81)', () => {
  const certificates = { cert: file('localhost.pem'), key: file('localhost.key'), ca: file('ca.pem') }
  const OTHERS: RedisTls = { caFile: fileURLToPath(new URL('../directory/postgres/tls/ca.pem', import.meta.url)) }
  const at = (nodes: readonly string[]) => nodes.flatMap((node) => readNode(node) ?? [])

  async function behindSentinels(): Promise<RedisPlace> {
    const group = await startSentinels({ certificates })
    onTestFinished(() => group.stop())
    return { is: 'sentinel', nodes: at(group.nodes), name: group.name, database: 0 }
  }

  async function ofCluster(): Promise<RedisPlace> {
    const cluster = await startCluster({ certificates })
    onTestFinished(() => cluster.stop())
    return { is: 'cluster', nodes: at(cluster.nodes) }
  }

  /** @returns what a key holds after it was written, or how the start is refused. */
  async function kept(place: RedisPlace, tls: RedisTls, timeoutMs = 10_000): Promise<string | null> {
    const faults: Error[] = []
    const settings = { place, timeoutMs, tls }
    const redis = await openRedis(settings, { onError: (error) => void faults.push(error) })
    try {
      await redis.set('key', 'value')
      return await redis.get('key')
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return (await whyNoStore(settings, faults.at(-1) ?? error)).message
    } finally {
      redis.disconnect()
    }
  }

  test.for([
    ['the master behind Sentinels', behindSentinels],
    ['a Cluster', ofCluster],
  ] as const)('%s is spoken to; of an authority that is not trusted it is refused, and the start says why', async ([, start]) => {
    const place = await start()
    expect(await kept(place, OURS)).toBe('value')
    expect(await kept(place, OTHERS, 1_500)).toMatch(
      /^the store at .+ shows a certificate that cannot be verified \((?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)\): name its authority in `store.caFile`$/,
    )
  })
})
