import { join } from 'node:path'
import type { JsonObject } from '@rekey/core'
import { expect, test } from 'vitest'
import { weaknesses } from '../../src/config/weaknesses.js'
import { loadText } from './load-text.js'

const KEYS = {
  signing: [{ id: 'a', secret: '4yRzhdYwmGqYjyqyXx3UMZKQgoXA2tMEVZTkMwDn4yY' }],
  stable: 'NJ0lqkZ1hWZ1p3V3PCJqvXoI8vKxkO0bU7nEDe6kpXo',
}

async function load(store: JsonObject) {
  const beside = ['ca.pem', 'own.pem', 'own.key']
  return loadText(JSON.stringify({ store, keys: KEYS }), { env: { REDIS_PASSWORD: 'pass word' }, beside })
}

const PASSWORD = '${REDIS_PASSWORD}'

test('Sentinels on other machines are spoken to over TLS, unless it is switched off', async () => {
  const sentinel = { nodes: ['10.0.0.1:26379', '[fd00::1]:26379'], name: 'main', user: 'watcher', password: PASSWORD }
  const { config, folder } = await load({ sentinel, user: 'rekey', password: PASSWORD, caFile: 'ca.pem', timeout: '3s' })
  expect(config.store).toMatchObject({
    is: 'redis',
    prefix: 'rekey:',
    server: {
      place: {
        is: 'sentinel',
        nodes: [
          { host: '10.0.0.1', port: 26_379 },
          { host: 'fd00::1', port: 26_379 },
        ],
        name: 'main',
        user: 'watcher',
        database: 0,
      },
      user: 'rekey',
      tls: { caFile: join(folder, 'ca.pem') },
      timeoutMs: 3_000,
    },
  })
  expect(JSON.stringify(config.store)).not.toContain('pass word')
  const off = await load({ sentinel, tls: 'off' })
  expect(off.config.store.is === 'redis' && off.config.store.server.tls).toBeUndefined()
})

test('a Cluster on this machine is spoken to in clear, unless TLS is asked for', async () => {
  const cluster = { nodes: ['127.0.0.1:7000', 'localhost:7001', '[::1]:7002'] }
  const { config } = await load({ cluster })
  expect(config.store.is === 'redis' && config.store.server).toEqual({
    place: {
      is: 'cluster',
      nodes: [
        { host: '127.0.0.1', port: 7_000 },
        { host: 'localhost', port: 7_001 },
        { host: '::1', port: 7_002 },
      ],
    },
    timeoutMs: 2_000,
  })
  const own = await load({ cluster, tls: 'verify', certFile: 'own.pem', keyFile: 'own.key' })
  expect(own.config.store.is === 'redis' && own.config.store.server.tls).toEqual({
    certFile: join(own.folder, 'own.pem'),
    keyFile: join(own.folder, 'own.key'),
  })
})

test.for<readonly [store: JsonObject, told: number]>([
  [{ redis: 'redis://redis.example.com' }, 1],
  [{ redis: 'rediss://redis.example.com' }, 0],
  [{ redis: 'redis://127.0.0.1:6379' }, 0],
  [{ cluster: { nodes: ['10.0.0.1:6379'] }, tls: 'off' }, 1],
  [{ cluster: { nodes: ['10.0.0.1:6379'] } }, 0],
  [{ sentinel: { nodes: ['localhost:26379'], name: 'main' } }, 0],
])('is a Redis in clear told as a weakness? %j', async ([store, told]) => {
  const { config } = await load(store)
  expect(weaknesses(config, []).filter((sentence) => sentence.startsWith('Redis is spoken to without TLS'))).toHaveLength(told)
})
