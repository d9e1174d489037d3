import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import { openRedis } from '../../../src/adapters/redis/index.js'
import type { RedisTls } from '../../../src/adapters/redis/index.js'

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
