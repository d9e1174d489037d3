import { expect, test } from 'vitest'
import { DeliveryFault } from '../ports/delivery-fault.js'
import type { DeadLetter, OutboxFault, OutboxItem } from '../ports/outbox.js'
import { claimSample, createSample } from './samples.js'
import type { OpenStore, StoreFixture } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

const TWO_TRIES = { firstBackoffMs: 5, mostBackoffMs: 20, maxDeliveries: 2 }

/** What every outbox must do with items that cannot be delivered. */
export function deadLetters(open: OpenStore): void {
  test(
    'an item that no repetition would deliver is set aside at once, with the reason',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const started = await conversations.now()
        const running = outbox.consume(async () => {
          throw new DeliveryFault('refused-550', { isFinal: true })
        })
        const id = await createSample(conversations, { owed: ['hopeless'] })
        const [letter] = await letters(outbox, 1)
        await running.stop()
        expect(letter).toMatchObject({ is: 'message', conversation: id, body: 'hopeless', reason: 'refused-550', deliveries: 1 })
        expect(letter?.at).toBeGreaterThanOrEqual(started)
        expect(await outbox.pending()).toBe(0)
        expect(reports(faults)).toEqual([{ reason: 'refused-550', conversation: id, next: 'dead' }])
      },
      { outbox: { report: (fault) => void faults.push(fault) } },
    ),
  )
  const faults: OutboxFault[] = []

  test(
    'the last reason is told of an item that was tried in vain, a `resolve` item as well',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const running = outbox.consume(async ({ delivery }) => {
          throw delivery === 1 ? new Error('a secret') : new DeliveryFault('timed-out')
        })
        const id = await createSample(conversations)
        await conversations.mark(await claimSample(conversations, id), 'mark', 10)
        const [letter] = await letters(outbox, 1)
        await running.stop()
        expect(letter).toMatchObject({ is: 'resolve', conversation: id, reason: 'timed-out', deliveries: 2 })
        expect(letter).not.toHaveProperty('body')
      },
      { outbox: TWO_TRIES },
    ),
  )

  test(
    'a dead letter that is resent is handed out as if for the first time, once, and is dead no more',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        const id = await createSample(conversations, { owed: ['one', 'two'] })
        const [one] = await buried(outbox, 2)
        if (one?.is !== 'message') throw new Error('there is no dead letter')
        expect(await Promise.all([outbox.resend(one.id), outbox.resend(one.id)])).toEqual([true, false])
        expect([await outbox.pending(), (await outbox.dead()).length]).toEqual([1, 1])
        const taken: OutboxItem[] = []
        const running = outbox.consume(async (item) => void taken.push(item))
        await until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined))
        await running.stop()
        expect(taken).toEqual([{ is: 'message', conversation: id, body: one.body, delivery: 1 }])
      },
      { outbox: TWO_TRIES },
    ),
  )

  test(
    'a dead letter that is dropped is gone, and unknown ones are told',
    withStore(
      open,
      async ({ conversations, outbox }) => {
        await createSample(conversations, { owed: ['one', 'two'] })
        const [one, two] = await buried(outbox, 2)
        expect(await outbox.drop(one?.id ?? '')).toBe(true)
        expect(await outbox.drop(one?.id ?? '')).toBe(false)
        expect(await outbox.resend(one?.id ?? '')).toBe(false)
        for (const id of ['', 'x', '0', '-1-1-1', '99-1-1', '0-0-0', `${two?.id} `, '0-1-1\r\n', '*']) {
          expect([id, await outbox.drop(id), await outbox.resend(id)]).toEqual([id, false, false])
        }
        expect((await outbox.dead()).map(({ id }) => id)).toEqual([two?.id])
        expect(await outbox.pending()).toBe(0)
      },
      { outbox: TWO_TRIES },
    ),
  )
}

type Outbox = StoreFixture['outbox']

function letters(outbox: Outbox, count: number): Promise<readonly DeadLetter[]> {
  return until(`${count} dead letters`, async () => {
    const dead = await outbox.dead()
    return dead.length === count ? dead : undefined
  })
}

/** What was owed, set aside by a consumer that takes nothing. */
async function buried(outbox: Outbox, count: number): Promise<readonly DeadLetter[]> {
  const running = outbox.consume(async () => {
    throw new DeliveryFault('refused-550', { isFinal: true })
  })
  const dead = await letters(outbox, count)
  await running.stop()
  return dead
}

function reports(faults: readonly OutboxFault[]): readonly Omit<OutboxFault, 'error'>[] {
  return faults.map(({ error: _error, ...told }) => told)
}
