import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { Readiness, type ReadyCheck } from '../../src/observe/readiness.js'
import { wireServer } from '../wire/server.js'

const good = (name: string): ReadyCheck => ({ name, look: () => Promise.resolve(true) })
const bad = (name: string): ReadyCheck => ({ name, look: () => Promise.resolve(false) })
const thrown = (name: string): ReadyCheck => ({ name, look: () => Promise.reject(new Error('no')) })
const silent = (name: string): ReadyCheck => ({ name, look: () => new Promise(() => undefined) })

describe('a process is ready', () => {
  test.for<readonly [string, readonly ReadyCheck[], readonly string[]]>([
    ['when nothing is asked', [], []],
    ['when all is there', [good('store'), good('directory')], []],
    ['not when one is missing', [good('store'), bad('directory')], ['directory']],
    ['not when one throws', [thrown('store'), good('directory')], ['store']],
    ['not when one says nothing', [silent('store'), good('directory'), bad('machines')], ['store', 'machines']],
  ])('%s', async ([, checks, missing]) => {
    const told: (readonly string[])[] = []
    const readiness = new Readiness({ checks, onChange: (names) => told.push(names), withinMs: 30 })
    expect(await readiness.isReady()).toBe(missing.length === 0)
    expect(told).toEqual(missing.length === 0 ? [] : [missing])
  })

  test('not any more once it is retired, also for those who asked before', async () => {
    let answer: (well: boolean) => void = () => undefined
    const promise = new Promise<boolean>((resolve) => (answer = resolve))
    const readiness = new Readiness({ checks: [{ name: 'slow', look: () => promise }], onChange: () => undefined })
    const asked = readiness.isReady()
    readiness.retire()
    answer(true)
    expect([await asked, await readiness.isReady()]).toEqual([false, false])
  })

  test('and many who ask at once cost one look', async () => {
    let looks = 0
    const look = () => Promise.resolve(++looks > 0)
    const readiness = new Readiness({ checks: [{ name: 'counted', look }], onChange: () => undefined, keptMs: 60_000 })
    expect(await Promise.all(Array.from({ length: 100 }, () => readiness.isReady()))).toEqual(Array.from({ length: 100 }, () => true))
    expect(looks).toBe(1)
  })

  test('and changes are told once each', async () => {
    let well = true
    const told: (readonly string[])[] = []
    const readiness = new Readiness({
      checks: [{ name: 'store', look: () => Promise.resolve(well) }],
      onChange: (names) => told.push(names),
      keptMs: -1,
    })
    for (const next of [true, false, false, true, true, false]) {
      well = next
      await readiness.isReady()
    }
    expect(told).toEqual([['store'], [], ['store']])
  })
})

describe('GET /ready of a server', () => {
  const WAIT = { timeout: 20_000, interval: 100 }

  test('says no while a machine that it serves is not where other processes would find it', async () => {
    const prefix = `ready:${randomUUID()}:`
    const redis = new Redis(inject('redisUrl'))
    const server = await wireServer({ redis: { url: inject('redisUrl'), prefix } })
    onTestFinished(async () => {
      await server.close()
      redis.disconnect()
    })
    const status = async () => (await server.client.get('/ready')).status
    expect(await status()).toBe(200)
    const [machine = ''] = await redis.keys(`${prefix}machine:*`)
    const kept = await redis.getBuffer(machine)
    await redis.del(machine)
    await vi.waitFor(async () => expect(await status()).toBe(503), WAIT)
    expect((await server.client.get('/health')).status).toBe(200)
    await redis.set(machine, kept ?? '')
    await vi.waitFor(async () => expect(await status()).toBe(200), WAIT)
  })

  test('says no in bounded time while the directory hangs, and what it says tells nothing of why', async () => {
    let hangs = false
    const server = await wireServer({
      adapt: (ports) => ({
        ...ports,
        directory: new Proxy(ports.directory, {
          get(target, name) {
            const own: unknown = Reflect.get(target, name, target)
            if (typeof own !== 'function') return own
            return (...args: unknown[]): unknown => (hangs && name === 'read' ? new Promise(() => undefined) : own.apply(target, args))
          },
        }),
      }),
    })
    onTestFinished(() => server.close())
    expect((await server.client.get('/ready')).text).toBe('{"status":"ready"}')
    hangs = true
    await setTimeout(600)
    const { status, text } = await server.client.get('/ready')
    expect([status, text]).toEqual([503, '{"type":"urn:rekey:unavailable","title":"Service Unavailable","status":503}'])
  })
})
