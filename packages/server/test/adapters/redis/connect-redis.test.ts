import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, inject, onTestFinished, test } from 'vitest'
import { until } from '@rekey/core/testing'
import { ask } from '../../../../../scripts/redis-groups.mjs'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import { connectRedis } from '../../../src/adapters/redis/index.js'

test('a connection to a running server answers', async () => {
  const redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error), family: 4 })
  expect(await redis.ping()).toBe('PONG')
  redis.disconnect()
})

test('a server that is not there is an error for the call and a word to the callback, nothing else', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const port = portOf(closed.address())
  closed.close()
  const errors: Error[] = []
  const redis = connectRedis(`redis://127.0.0.1:${port}`, { onError: (error) => void errors.push(error), commandTimeoutMs: 500 })
  await expect(redis.ping()).rejects.toThrow(/retries|closed|timed out/)
  await until('an error', () => (errors.length > 0 ? true : undefined))
  expect(errors[0]).toMatchObject({ code: 'ECONNREFUSED' })
  redis.disconnect()
})

test('a server that never answers costs a call no more than its time limit', async () => {
  const silent = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const redis = connectRedis(`redis://127.0.0.1:${portOf(silent.address())}`, { onError: () => undefined, commandTimeoutMs: 200 })
  await expect(redis.get('key')).rejects.toThrow('Command timed out')
  redis.disconnect()
  silent.close()
})

test('a master that has become a replica is left: the next call goes to whoever answers in its place', async () => {
  const [old, next] = await Promise.all([startRedis(), startRedis()])
  onTestFinished(async () => void (await Promise.all([old.stop(), next.stop()])))
  let target = old.port
  const place = createServer((socket) => {
    const server = connect(target, '127.0.0.1')
    for (const end of [socket, server]) end.on('error', () => undefined)
    socket.on('close', () => server.destroy()).pipe(server)
    server.on('close', () => socket.destroy()).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(place, 'listening')
  onTestFinished(() => void place.close())
  const redis = connectRedis(`redis://127.0.0.1:${portOf(place.address())}`, { onError: () => undefined })
  onTestFinished(() => redis.disconnect())
  expect(await redis.set('key', 'old')).toBe('OK')
  await ask(old.port, 'REPLICAOF', '127.0.0.1', String(next.port))
  target = next.port
  await expect(redis.set('key', 'refused')).rejects.toThrow(/^READONLY/)
  expect(await redis.set('key', 'new')).toBe('OK')
  expect(await ask(next.port, 'GET', 'key')).toBe('new')
})

test('what one turn asks for travels together, and each has its own answer', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const packets: string[] = []
  const place = createServer((socket) => {
    const far = connect({ port: server.port, host: '127.0.0.1', noDelay: true })
    for (const end of [socket, far]) end.on('error', () => undefined)
    socket.on('data', (bytes) => void packets.push(bytes.toString('latin1')))
    socket.on('close', () => far.destroy()).pipe(far)
    far.on('close', () => socket.destroy()).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(place, 'listening')
  onTestFinished(() => void place.close())
  const redis = connectRedis(`redis://127.0.0.1:${portOf(place.address())}`, { onError: () => undefined })
  onTestFinished(() => redis.disconnect())
  await redis.set('list', 'no list')
  packets.length = 0
  const answers = Promise.allSettled([redis.incr('counted'), redis.lpush('list', 'x'), redis.incr('counted'), redis.get('counted')])
  expect((await answers).map((one) => (one.status === 'fulfilled' ? one.value : 'refused'))).toEqual([1, 'refused', 2, '2'])
  expect(packets.map((packet) => packet.match(/incr|lpush|get/g))).toEqual([['incr', 'lpush', 'incr', 'get']])
})

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
