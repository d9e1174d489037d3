import { describe, expect, test } from 'vitest'
import { DeliveryFault } from '../ports/delivery-fault.js'
import type { OutboxFault, OutboxItem, RunningConsumer } from '../ports/outbox.js'
import { crowdedOutbox } from './outbox-crowded.js'
import { deadLetters } from './outbox-dead-letters.js'
import { claimSample, createSample, LONG_MS, sampleCommit } from './samples.js'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

const MESSAGES = 64

/** What every outbox must do. */
export function outboxContract(name: string, open: OpenStore): void {
  describe(`${name}: outbox`, () => {
    owing(open)
    handingOut(open)
    failing(open)
    crowdedOutbox(open)
    deadLetters(open)
    resolving(open)
  })
}

function owing(open: OpenStore): void {
  test(
    'a message is owed exactly when its commit holds',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id)
      const lost = { id, fence: claim.fence - 1 }
      expect(await conversations.commit(lost, await sampleCommit(conversations, { owed: ['lost'] }))).toBe(false)
      expect(await outbox.pending()).toBe(0)
      expect(await conversations.commit(claim, await sampleCommit(conversations, { owed: ['one', 'two'] }))).toBe(true)
      expect(await outbox.pending()).toBe(2)
      expect(await conversations.commit(claim, await sampleCommit(conversations, { owed: ['late'] }))).toBe(false)
      expect(await outbox.pending()).toBe(2)

      const taken: OutboxItem[] = []
      const running = outbox.consume(async (item) => void taken.push(item))
      await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
      await running.stop()
      expect(bodies(taken)).toEqual(['one', 'two'])
      expect(taken[0]).toEqual({ is: 'message', conversation: id, body: 'one', delivery: 1 })
    }),
  )

  test(
    'duties are owed with the messages, handed out, set aside and owed again as they are',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations, { duties: ['of a start'] })
      const claim = await claimSample(conversations, id)
      const commit = await sampleCommit(conversations, { owed: ['a message'], duties: ['one', 'two'] })
      expect(await conversations.commit(claim, commit)).toBe(true)
      expect(await outbox.pending()).toBe(4)

      const taken: OutboxItem[] = []
      let mayRefuse = true
      const running = outbox.consume(async (item) => {
        taken.push(item)
        if (!mayRefuse || item.is !== 'message' || item.body !== 'two') return
        mayRefuse = false
        throw new DeliveryFault('no-room', { isFinal: true })
      })
      const [dead] = await until('a dead letter', async () => {
        const letters = await outbox.dead()
        return letters.length > 0 && (await outbox.pending()) === 0 ? letters : undefined
      })
      expect(dead).toMatchObject({ is: 'message', conversation: id, body: 'two', reason: 'no-room', deliveries: 1 })
      expect(await outbox.resend(dead?.id ?? '')).toBe(true)
      await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
      await running.stop()
      expect(bodies(taken).toSorted()).toEqual(['a message', 'of a start', 'one', 'two', 'two'])
      expect(await outbox.dead()).toEqual([])
    }),
  )

  test(
    'what a new conversation owes is handed out, to a consumer that was there before as well',
    withStore(open, async ({ conversations, outbox }) => {
      const taken: OutboxItem[] = []
      const running = outbox.consume(async (item) => void taken.push(item))
      const id = await createSample(conversations, { owed: ['Grüße ✓'] })
      await until('the message', async () => ((await outbox.pending()) === 0 ? true : undefined))
      await running.stop()
      expect(taken).toEqual([{ is: 'message', conversation: id, body: 'Grüße ✓', delivery: 1 }])
    }),
  )
}

function handingOut(open: OpenStore): void {
  test(
    `${MESSAGES} messages go to two consumers, each to one, and no more at once than allowed`,
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const taken: OutboxItem[] = []
        const most = [0, 0]
        const inHand = [0, 0]
        const consumer = (number: number) => async (item: OutboxItem) => {
          inHand[number] = (inHand[number] ?? 0) + 1
          most[number] = Math.max(most[number] ?? 0, inHand[number])
          await new Promise((resolve) => setImmediate(resolve))
          taken.push(item)
          inHand[number] -= 1
        }
        const running = [outbox.consume(consumer(0)), outbox.consume(consumer(1))]
        const owed = Array.from({ length: MESSAGES }, (_, index) => `message ${String(index).padStart(2, '0')}`)
        await Promise.all(owed.map((body) => createSample(conversations, { owed: [body] })))
        await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
        await Promise.all(running.map((one) => one.stop()))
        expect(bodies(taken)).toEqual(owed)
        expect(most.every((count) => count <= 3)).toBe(true)
      },
      { outbox: { parallelism: 3 } },
    ),
  )

  test(
    'stopping waits for the item in hand and takes no other; what is left goes to the next consumer',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const id = await createSample(conversations, { owed: ['in hand', 'left'] })
        let letGo = (): void => undefined
        const first: OutboxItem[] = []
        const running = outbox.consume(async (item) => {
          first.push(item)
          await new Promise<void>((resolve) => {
            letGo = resolve
          })
        })
        await until('the first item', () => (first.length > 0 ? true : undefined))
        let over = false
        const stopped = running.stop().finally(() => {
          over = true
        })
        // Later than a whole turn of the store, and still not over.
        await outbox.pending()
        expect(over).toBe(false)
        letGo()
        await stopped
        expect(first).toEqual([{ is: 'message', conversation: id, body: 'in hand', delivery: 1 }])
        expect(await outbox.pending()).toBe(1)

        const second: OutboxItem[] = []
        const next = outbox.consume(async (item) => void second.push(item))
        await until('the item that was left', async () => ((await outbox.pending()) === 0 ? true : undefined))
        await next.stop()
        expect(second).toEqual([{ is: 'message', conversation: id, body: 'left', delivery: 1 }])
      },
      { outbox: { parallelism: 1 } },
    ),
  )

  test(
    'a stopped consumer stays stopped',
    withStore(open, async ({ conversations, outbox }) => {
      const taken: OutboxItem[] = []
      const running = outbox.consume(async (item) => void taken.push(item))
      await running.stop()
      await running.stop()
      await createSample(conversations, { owed: ['one'] })
      expect(await outbox.pending()).toBe(1)
      expect(taken).toEqual([])
    }),
  )
}

function failing(open: OpenStore): void {
  const faults: OutboxFault[] = []
  const quick = { firstBackoffMs: 5, mostBackoffMs: 20 }

  test(
    'an item that was thrown is handed out again, and counted',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const id = await createSample(conversations, { owed: ['stubborn'] })
        const taken: OutboxItem[] = []
        const running = outbox.consume(async (item) => {
          taken.push(item)
          if (item.delivery < 4) throw new Error('the provider said no')
        })
        await until('the end of the tries', async () => ((await outbox.pending()) === 0 ? true : undefined))
        await running.stop()
        expect(taken).toEqual([1, 2, 3, 4].map((delivery) => ({ is: 'message', conversation: id, body: 'stubborn', delivery })))
        expect(faults.map(({ conversation, next }) => ({ conversation, next }))).toEqual(
          Array.from({ length: 3 }, () => ({ conversation: id, next: 'again' })),
        )
        expect(await outbox.dead()).toEqual([])
      },
      { outbox: { ...quick, report: (fault) => void faults.push(fault) } },
    ),
  )

  test(
    'an item that is thrown too often is set aside, and the others go out',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const tries: number[] = []
        const taken: OutboxItem[] = []
        const running = outbox.consume(async (item) => {
          if (item.is === 'message' && item.body === 'poison') {
            tries.push(item.delivery)
            throw new Error('never')
          }
          taken.push(item)
        })
        await createSample(conversations, { owed: ['poison'] })
        await until('the first dead letter', async () => ((await outbox.dead()).length === 1 ? true : undefined))
        await createSample(conversations, { owed: ['good'] })
        await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
        await running.stop()
        expect(tries).toEqual([1, 2, 3])
        expect(bodies(taken)).toEqual(['good'])
        expect(await outbox.dead()).toMatchObject([{ is: 'message', body: 'poison', reason: 'fault', deliveries: 3 }])
      },
      { outbox: { ...quick, maxDeliveries: 3 } },
    ),
  )

  test(
    'dead letters stand in the order in which they were set aside',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const running = outbox.consume(async () => {
          throw new Error('never')
        })
        const expected: string[] = []
        for (const body of ['one', 'two', 'three']) {
          await createSample(conversations, { owed: [body] })
          expected.push(body)
          await until('the next dead letter', async () => ((await outbox.dead()).length === expected.length ? true : undefined))
        }
        await running.stop()
        expect((await outbox.dead()).map((letter) => letter.is === 'message' && letter.body)).toEqual(expected)
      },
      { outbox: { ...quick, maxDeliveries: 1 } },
    ),
  )
}

function resolving(open: OpenStore): void {
  test(
    'a marked conversation is handed out to be resolved, once its lease has ended',
    withStore(open, async ({ conversations, outbox }) => {
      const taken: { readonly item: OutboxItem; readonly at: number }[] = []
      const running = outbox.consume(async (item) => void taken.push({ item, at: await conversations.now() }))
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id)
      const marked = await conversations.now()
      const leaseMs = 150
      expect(await conversations.mark(claim, 'mark', leaseMs)).toBe(true)
      expect(await outbox.pending()).toBe(1)
      await until('the item', async () => ((await outbox.pending()) === 0 ? true : undefined))
      await running.stop()
      expect(taken.map(({ item }) => item)).toEqual([{ is: 'resolve', conversation: id, delivery: 1 }])
      expect(taken[0]?.at).toBeGreaterThanOrEqual(marked + leaseMs)
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', mark: 'mark' })
    }),
  )

  test(
    'one that was marked when it was created as well',
    withStore(open, async ({ conversations, outbox }) => {
      const taken: OutboxItem[] = []
      const running = outbox.consume(async (item) => void taken.push(item))
      const id = await createSample(conversations, { marks: { mark: 'mark', leaseMs: 150 } })
      await until('the item', async () => ((await outbox.pending()) === 0 ? true : undefined))
      await running.stop()
      expect(taken).toEqual([{ is: 'resolve', conversation: id, delivery: 1 }])
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', mark: 'mark' })
    }),
  )

  test(
    'a commit that gives the claim back takes back what its mark has owed, one that keeps it does not',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id)
      expect(await conversations.mark(claim, 'mark', LONG_MS)).toBe(true)
      expect(await conversations.commit(claim, await sampleCommit(conversations, { release: false }))).toBe(true)
      expect(await outbox.pending()).toBe(1)
      expect(await conversations.commit(claim, await sampleCommit(conversations, { release: true }))).toBe(true)
      expect(await outbox.pending()).toBe(0)
    }),
  )

  test(
    'what was taken back is not handed out, though it was read before',
    withStore(open, async ({ conversations, outbox }) => {
      const taken: OutboxItem[] = []
      const running = outbox.consume(async (item) => void taken.push(item))
      const [first, second] = [await createSample(conversations), await createSample(conversations)]
      const claim = await claimSample(conversations, first)
      await conversations.mark(claim, 'mark', 100)
      await conversations.mark(await claimSample(conversations, second), 'mark', 200)
      await conversations.commit(claim, await sampleCommit(conversations, { release: true }))
      await until('the other item', () => (taken.length > 0 ? true : undefined))
      await running.stop()
      expect(taken).toEqual([{ is: 'resolve', conversation: second, delivery: 1 }])
    }),
  )

  test(
    'a mark that does not hold owes nothing',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations)
      expect(await conversations.mark({ id, fence: 7 }, 'mark', 1)).toBe(false)
      expect(await outbox.pending()).toBe(0)
    }),
  )

  test(
    'an item that is not due is not lost when its consumer stops, and keeps nobody waiting',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations)
      const taken: OutboxItem[] = []
      const running: RunningConsumer = outbox.consume(async (item) => void taken.push(item))
      await conversations.mark(await claimSample(conversations, id), 'mark', 1_500)
      await createSample(conversations, { owed: ['meanwhile'] })
      await until('the message', () => (taken.length > 0 ? true : undefined))
      await running.stop()
      expect(bodies(taken)).toEqual(['meanwhile'])
      expect(await outbox.pending()).toBe(1)
      const next = outbox.consume(async (item) => void taken.push(item))
      await until('the resolve item', async () => ((await outbox.pending()) === 0 ? true : undefined))
      await next.stop()
      expect(taken[1]).toEqual({ is: 'resolve', conversation: id, delivery: 1 })
    }),
  )
}

function bodies(items: readonly OutboxItem[]): readonly string[] {
  return items.map((item) => (item.is === 'message' ? item.body : item.is)).toSorted()
}
