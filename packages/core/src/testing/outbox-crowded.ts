import { expect, test } from 'vitest'
import type { Destination } from '../ports/hands.js'
import type { OutboxItem } from '../ports/outbox.js'
import { claimSample, createSample, LONG_MS } from './samples.js'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

/** More than any outbox keeps of one kind before it reads no others. */
const MANY = 1_200

/** `to somebody: text` goes to somebody, `to somebody@somewhere: text` as well, and `by way: text` by that lane. */
function destinationOf(body: string): Destination | undefined {
  const [, to, domain, lane] = /^(?:to (\w+)(?:@(\w+))?|by (\w+)):/.exec(body) ?? []
  if (lane !== undefined) return { lane }
  return to === undefined ? undefined : { lane: 'email', to, ...(domain !== undefined && { domain }) }
}

/** What every outbox must do for one while others take long, or fail. */
export function crowdedOutbox(open: OpenStore): void {
  test(
    'a destination that takes long delays no other one, and gets one message at a time, in order',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const slowly: string[] = []
        const letGo: (() => void)[] = []
        const quickly: string[] = []
        const running = outbox.consume(async (item) => {
          const body = item.is === 'message' ? item.body : ''
          if (destinationOf(body)?.to !== 'slow') return void quickly.push(body)
          slowly.push(body)
          await new Promise<void>((resolve) => letGo.push(resolve))
        })
        const slow = Array.from({ length: 9 }, (_, number) => `to slow: ${number}`)
        await createSample(conversations, { owed: slow })
        const quick = Array.from({ length: 20 }, (_, number) => `to quick${number}: hello`)
        await Promise.all(quick.map((body) => createSample(conversations, { owed: [body] })))
        await until('the quick ones', () => (quickly.length === quick.length ? true : undefined))
        expect([quickly.toSorted(), slowly]).toEqual([quick.toSorted(), slow.slice(0, 1)])
        for (const [number] of slow.entries()) {
          const free = await until('the next slow one', () => letGo[number])
          expect(slowly).toEqual(slow.slice(0, number + 1))
          free()
        }
        await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
        await running.stop()
      },
      { outbox: { parallelism: 2, destinationOf } },
    ),
  )

  test(
    'a lane all of whose messages hang holds up no other one, and a slow message gives its hand to the next',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const hanging: string[] = []
        const letGo: (() => void)[] = []
        const quickly: string[] = []
        const running = outbox.consume(async (item) => {
          const body = item.is === 'message' ? item.body : ''
          if (!body.includes('@hangs:')) return void quickly.push(body)
          hanging.push(body)
          await new Promise<void>((resolve) => letGo.push(resolve))
        })
        await createSample(conversations, { owed: Array.from({ length: 300 }, (_, number) => `to slow${number}@hangs: hello`) })
        // A domain has three of the four hands, and two of the four places of those that are slow.
        await until('the slow ones', () => (hanging.length === 5 ? true : undefined))
        await createSample(conversations, { owed: ['to quick@other: hello', 'by trail: hello'] })
        await until('the others', () => (quickly.length === 2 ? true : undefined))
        expect(hanging).toHaveLength(5)
        await freeing(letGo, async () => (await outbox.pending()) === 0)
        await running.stop()
      },
      { outbox: { parallelism: 4, slowMs: 50, mostSlow: 4, destinationOf } },
    ),
  )

  test(
    'messages that hang hold up no `resolve` item',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const taken: string[] = []
        const letGo: (() => void)[] = []
        const running = outbox.consume(async (item) => {
          taken.push(item.is)
          if (item.is === 'message') await new Promise<void>((resolve) => letGo.push(resolve))
        })
        await createSample(conversations, { owed: ['one', 'two', 'three'] })
        await until('full hands', () => (letGo.length === 2 ? true : undefined))
        await conversations.mark(await claimSample(conversations, await createSample(conversations)), 'mark', 10)
        await until('the item', () => (taken.includes('resolve') ? true : undefined))
        expect(taken.filter((is) => is === 'message').length).toBe(2)
        await freeing(letGo, async () => (await outbox.pending()) === 0)
        await running.stop()
      },
      { outbox: { parallelism: 2 } },
    ),
  )

  test(
    `${MANY} items that are not due keep no message waiting`,
    withStore(open, async ({ conversations, outbox }) => {
      const taken: OutboxItem[] = []
      const running = outbox.consume(async (item) => void taken.push(item))
      const mark = async () => conversations.mark(await claimSample(conversations, await createSample(conversations)), 'mark', LONG_MS)
      await Promise.all(Array.from({ length: MANY }, mark))
      await createSample(conversations, { owed: ['at last'] })
      await until('the message', async () => ((await outbox.pending()) === MANY ? true : undefined))
      await running.stop()
      expect(taken.map((item) => item.is === 'message' && item.body)).toEqual(['at last'])
      expect(await outbox.pending()).toBe(MANY)
    }),
  )

  test(
    `${MANY} messages that are to be tried again keep no other one waiting`,
    withStore(
      open,
      async ({ conversations, outbox }) => {
        let failed = 0
        const taken: string[] = []
        const running = outbox.consume(async (item) => {
          const body = item.is === 'message' ? item.body : ''
          if (body !== 'good') {
            failed++
            throw new Error('not now')
          }
          taken.push(body)
        })
        const poison = Array.from({ length: MANY / 4 }, () => ['poison', 'poison', 'poison', 'poison'])
        await Promise.all(poison.map((owed) => createSample(conversations, { owed })))
        await until('the failures', () => (failed >= MANY ? true : undefined))
        await createSample(conversations, { owed: ['good'] })
        await until('the good one', () => (taken.length > 0 ? true : undefined))
        await running.stop()
        expect(await outbox.pending()).toBe(MANY)
      },
      { outbox: { firstBackoffMs: LONG_MS, maxDeliveries: 1_000 } },
    ),
  )

  test(
    'stopping loses patience with an item that hangs; it stays owed until it is done',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        await createSample(conversations, { owed: ['one'] })
        const letGo: (() => void)[] = []
        const running = outbox.consume(() => new Promise<void>((resolve) => letGo.push(resolve)))
        const [free] = await until('the item', () => (letGo.length > 0 ? letGo : undefined))
        await running.stop()
        expect(await outbox.pending()).toBe(1)
        free?.()
        await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
      },
      { outbox: { patienceMs: 20 } },
    ),
  )
}

/** Ends whatever hangs, until all is done. */
async function freeing(hanging: (() => void)[], isDone: () => Promise<boolean>): Promise<void> {
  await until('an end', async () => {
    for (const free of hanging.splice(0)) free()
    return (await isDone()) ? true : undefined
  })
}
