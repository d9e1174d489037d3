import { expect, test } from 'vitest'
import { memoryStore } from '@rekey/core/memory'
import { storeContract } from '@rekey/core/testing'
import type { OutboxItem } from '@rekey/core'

storeContract('memory', async (wishes) => {
  const store = memoryStore(wishes)
  return { ...store, others: [], close: async () => undefined }
})

test('a clock moved by hand moves leases, ends, windows and due items alike', async () => {
  let now = 1_000_000
  const store = memoryStore({ now: () => now })
  const { conversations, outbox, budgets, machines } = store
  const taken: OutboxItem[] = []
  const running = outbox.consume(async (item) => void taken.push(item))
  await conversations.create({ id: 'c', body: 'body', expiresAt: now + 60_000, owed: [], replies: [], ended: false })
  const claimed = await conversations.claim({ id: 'c', leaseMs: 5_000 })
  if (claimed.is !== 'claimed') throw new Error('not claimed')
  await conversations.mark(claimed.claim, 'mark', 5_000)
  await budgets.count([{ key: 'b', limit: 1, windowSeconds: 10 }])
  await machines.keep('m', 'machine', 10)

  now += 4_999
  store.tick()
  expect(await conversations.claim({ id: 'c', leaseMs: 5_000 })).toEqual({ is: 'busy', leaseLeftMs: 1 })
  expect(taken).toEqual([])

  now += 5_001
  store.tick()
  await running.stop()
  expect(taken).toEqual([{ is: 'resolve', conversation: 'c', delivery: 1 }])
  expect(await conversations.claim({ id: 'c', leaseMs: 5_000 })).toMatchObject({ is: 'claimed', mark: 'mark', now })
  expect(await budgets.count([{ key: 'b', limit: 1, windowSeconds: 10 }])).toEqual([1])
  expect(await machines.find('m')).toBeUndefined()
})
