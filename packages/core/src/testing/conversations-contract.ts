import { describe, expect, test } from 'vitest'
import { FIRST_VERSION, KEPT_REJECTIONS } from '../ports/conversations.js'
import type { ClaimRequest, ClaimResult } from '../ports/conversations.js'
import { claimOf, claimSample, createSample, LONG_MS, sampleCommit, sampleConversation } from './samples.js'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

const RACERS = 64
/** Short enough to wait for, long enough that the next call still meets it. */
const SHORT_MS = 400

/** What every store of conversations must do. */
export function conversationsContract(name: string, open: OpenStore): void {
  describe(`${name}: conversations`, () => {
    creating(open)
    claiming(open)
    replaying(open)
    ending(open)
    holding(open)
    marking(open)
    racing(open)
    expiring(open)
  })
}

function creating(open: OpenStore): void {
  test(
    'a new conversation is at its first version, and free',
    withStore(open, async ({ conversations }) => {
      const before = await conversations.now()
      const entry = await sampleConversation(conversations, { body: '{"text":"Zoë \\u0000 ✓"}' })
      const created = await conversations.create(entry)
      expect(created).toEqual({ is: 'created', claim: { id: entry.id, fence: expect.any(Number) }, now: expect.any(Number) })
      expect(created.is === 'created' && created.now).toBeGreaterThanOrEqual(before)
      expect(await conversations.look(entry.id)).toEqual({
        version: FIRST_VERSION,
        body: entry.body,
        ended: false,
        now: expect.any(Number),
      })
      expect(await conversations.claim({ id: entry.id, version: FIRST_VERSION, digest: 'd', leaseMs: LONG_MS })).toEqual({
        is: 'claimed',
        claim: { id: entry.id, fence: expect.any(Number) },
        version: FIRST_VERSION,
        body: entry.body,
        replies: [],
        ended: false,
        now: expect.any(Number),
      })
    }),
  )

  test(
    'an id is taken once, and the first content stays',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations, { body: 'first' })
      const again = await sampleConversation(conversations, { id, body: 'second', owed: ['never'] })
      expect(await conversations.create(again)).toEqual({ is: 'exists' })
      expect((await conversations.look(id))?.body).toBe('first')
      expect(await outbox.pending()).toBe(0)
    }),
  )

  test(
    'a conversation that is created marked is held, and can be committed at once',
    withStore(open, async ({ conversations, outbox }) => {
      const created = await conversations.create(await sampleConversation(conversations, { marks: { mark: 'mark', leaseMs: LONG_MS } }))
      if (created.is !== 'created') throw new Error('not created')
      const { id } = created.claim
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).toMatchObject({ is: 'busy' })
      expect(await outbox.pending()).toBe(1)
      expect(await conversations.commit(created.claim, await sampleCommit(conversations, { release: true }))).toBe(true)
      expect(await outbox.pending()).toBe(0)
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).not.toHaveProperty('mark')
    }),
  )

  test(
    'an id that is taken is not marked, and no look at it is owed',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations)
      const again = await sampleConversation(conversations, { id, marks: { mark: 'mark', leaseMs: LONG_MS } })
      expect(await conversations.create(again)).toEqual({ is: 'exists' })
      expect(await outbox.pending()).toBe(0)
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).not.toHaveProperty('mark')
    }),
  )

  test(
    'a conversation that is created free gives no right to write',
    withStore(open, async ({ conversations }) => {
      const created = await conversations.create(await sampleConversation(conversations))
      if (created.is !== 'created') throw new Error('not created')
      expect(await conversations.commit(created.claim, await sampleCommit(conversations))).toBe(false)
      expect(await conversations.mark(created.claim, 'mark', LONG_MS)).toBe(false)
      expect(await conversations.renew(created.claim, LONG_MS)).toBe(false)
    }),
  )

  test(
    'nobody knows an id that was never created',
    withStore(open, async ({ conversations }) => {
      const claim = { id: crypto.randomUUID(), fence: 1 }
      expect(await conversations.claim({ id: claim.id, version: 1, digest: 'd', leaseMs: LONG_MS })).toEqual({ is: 'unknown' })
      expect(await conversations.look(claim.id)).toBeUndefined()
      expect(await conversations.renew(claim, LONG_MS)).toBe(false)
      expect(await conversations.mark(claim, 'mark', LONG_MS)).toBe(false)
      expect(await conversations.commit(claim, await sampleCommit(conversations))).toBe(false)
      await conversations.release(claim)
      expect(await conversations.look(claim.id)).toBeUndefined()
    }),
  )
}

function claiming(open: OpenStore): void {
  const table: readonly (readonly [string, Partial<ClaimRequest>, Partial<ClaimResult>])[] = [
    ['the present version', { version: 2, digest: 'new' }, { is: 'claimed', version: 2 }],
    ['the present version without a digest', { version: 2 }, { is: 'claimed' }],
    ['no version', { digest: 'new' }, { is: 'claimed' }],
    ['neither version nor digest', {}, { is: 'claimed' }],
    ['an older version', { version: 1, digest: 'new' }, { is: 'spent', ended: false }],
    ['a version that we have lost', { version: 3, digest: 'new' }, { is: 'spent', ended: false }],
    ['a lost version with a known digest', { version: 3, digest: 'kept' }, { is: 'spent', ended: false }],
    [
      'an older version and a kept reply',
      { version: 1, digest: 'kept' },
      { is: 'replayed', reply: 'answer', version: 2, body: '{"at":1}' },
    ],
    ['the present version and a kept reply', { version: 2, digest: 'kept' }, { is: 'replayed', reply: 'answer' }],
    ['no version and a kept reply', { digest: 'kept' }, { is: 'replayed', reply: 'answer', ended: false }],
  ]
  test.for(table)('at version 2, a claim with %s', async ([, request, result]) => {
    await withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const replies = [{ digest: 'kept', body: 'answer' }]
      await conversations.commit(await claimSample(conversations, id), await sampleCommit(conversations, { replies }))
      expect(await conversations.claim({ id, leaseMs: LONG_MS, ...request })).toMatchObject(result)
    })()
  })

  test(
    'who comes while the lease runs is told how long it may last',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      await conversations.claim({ id, version: 1, digest: 'd', leaseMs: LONG_MS })
      for (const request of [{ version: 1, digest: 'd' }, { version: 1, digest: 'other' }, {}]) {
        const result = await conversations.claim({ id, leaseMs: LONG_MS, ...request })
        expect(result).toEqual({ is: 'busy', leaseLeftMs: expect.any(Number) })
        const left = result.is === 'busy' ? result.leaseLeftMs : 0
        expect(left > LONG_MS / 2 && left <= LONG_MS).toBe(true)
      }
    }),
  )

  test(
    'each claim raises the fence',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const fences: number[] = []
      for (let count = 0; count < 3; count++) {
        const claim = await claimSample(conversations, id)
        fences.push(claim.fence)
        await conversations.release(claim)
      }
      expect(fences).toEqual(fences.toSorted((a, b) => a - b))
      expect(new Set(fences).size).toBe(3)
    }),
  )
}

function replaying(open: OpenStore): void {
  test(
    `the replies of ${KEPT_REJECTIONS} rejections and of the last accepted act are all told again`,
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations, { replies: [{ digest: 'accepted', body: 'reply of accepted' }] })
      let replies = [{ digest: 'accepted', body: 'reply of accepted' }]
      for (let count = 0; count < KEPT_REJECTIONS; count++) {
        const result = await conversations.claim({ id, version: 1, digest: `wrong-${count}`, leaseMs: LONG_MS })
        expect(result).toMatchObject({ is: 'claimed', replies })
        replies = [...replies, { digest: `wrong-${count}`, body: `reply of wrong-${count}` }]
        expect(await conversations.commit(claimOf(result), await sampleCommit(conversations, { version: 1, replies }))).toBe(true)
      }
      for (const { digest, body } of replies) {
        expect(await conversations.claim({ id, version: 1, digest, leaseMs: LONG_MS })).toMatchObject({ is: 'replayed', reply: body })
      }
    }),
  )

  test(
    'a reply that a commit does not name is forgotten',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations, { replies: [{ digest: 'old', body: 'old' }] })
      const claim = await claimSample(conversations, id)
      await conversations.commit(claim, await sampleCommit(conversations, { replies: [{ digest: 'new', body: 'new' }] }))
      expect(await conversations.claim({ id, version: 1, digest: 'old', leaseMs: LONG_MS })).toEqual({ is: 'spent', ended: false })
    }),
  )

  test(
    'after the retry window an equal request is one like any other',
    withStore(
      open,
      async ({ conversations }) => {
        const id = await createSample(conversations)
        const replies = [{ digest: 'd', body: 'answer' }]
        await conversations.commit(await claimSample(conversations, id), await sampleCommit(conversations, { replies }))
        const spent = await until('the end of the retry window', async () => {
          const result = await conversations.claim({ id, version: 1, digest: 'd', leaseMs: LONG_MS })
          if (result.is !== 'replayed') return result
          return undefined
        })
        expect(spent).toEqual({ is: 'spent', ended: false })
        expect(await conversations.claim({ id, version: 2, digest: 'd', leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', replies: [] })
      },
      { retryWindowMs: SHORT_MS },
    ),
  )
}

function ending(open: OpenStore): void {
  const table: readonly (readonly [string, Partial<ClaimRequest>, Partial<ClaimResult>])[] = [
    ['the last version', { version: 2, digest: 'new' }, { is: 'spent', ended: true }],
    ['an older version', { version: 1, digest: 'new' }, { is: 'spent', ended: true }],
    ['a lost version', { version: 3, digest: 'new' }, { is: 'spent', ended: true }],
    ['the request that ended it', { version: 1, digest: 'last' }, { is: 'replayed', reply: 'bye', ended: true }],
    ['no version', { digest: 'new' }, { is: 'claimed', ended: true, version: 2 }],
    ['no version, for the request that ended it', { digest: 'last' }, { is: 'replayed', reply: 'bye', ended: true }],
  ]
  test.for(table)('an ended conversation answers a claim with %s', async ([, request, result]) => {
    await withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const end = await sampleCommit(conversations, { ended: true, replies: [{ digest: 'last', body: 'bye' }] })
      expect(await conversations.commit(await claimSample(conversations, id), end)).toBe(true)
      expect(await conversations.look(id)).toMatchObject({ ended: true, version: 2 })
      expect(await conversations.claim({ id, leaseMs: LONG_MS, ...request })).toMatchObject(result)
    })()
  })

  test(
    'a conversation may be created ended',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations, { ended: true })
      expect(await conversations.claim({ id, version: 1, digest: 'd', leaseMs: LONG_MS })).toEqual({ is: 'spent', ended: true })
    }),
  )
}

function holding(open: OpenStore): void {
  test(
    'a claim that was given back may write nothing',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id)
      await conversations.release(claim)
      expect(await conversations.commit(claim, await sampleCommit(conversations))).toBe(false)
      expect(await conversations.mark(claim, 'mark', LONG_MS)).toBe(false)
      expect(await conversations.renew(claim, LONG_MS)).toBe(false)
      expect(await conversations.look(id)).toMatchObject({ version: 1, body: '{"at":0}' })
      expect(await conversations.claim({ id, version: 1, leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', body: '{"at":0}' })
    }),
  )

  test(
    'a claim that was overtaken may write nothing, and cannot give the new one back',
    withStore(open, async ({ conversations, outbox }) => {
      const id = await createSample(conversations)
      const slow = await claimSample(conversations, id, SHORT_MS)
      const quick = await until('the end of the lease', async () => {
        const result = await conversations.claim({ id, version: 1, leaseMs: LONG_MS })
        return result.is === 'claimed' ? result.claim : undefined
      })
      expect(quick.fence).toBeGreaterThan(slow.fence)
      expect(await conversations.commit(slow, await sampleCommit(conversations, { body: 'slow', owed: ['slow'] }))).toBe(false)
      expect(await conversations.mark(slow, 'slow', LONG_MS)).toBe(false)
      expect(await conversations.renew(slow, LONG_MS)).toBe(false)
      await conversations.release(slow)
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).toMatchObject({ is: 'busy' })
      expect(await outbox.pending()).toBe(0)
      expect(await conversations.commit(quick, await sampleCommit(conversations, { body: 'quick' }))).toBe(true)
      expect((await conversations.look(id))?.body).toBe('quick')
    }),
  )

  test(
    'a lease that ran out with nobody coming is still good for a commit',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id, 1)
      const start = await conversations.now()
      await until('a clock past the lease', async () => ((await conversations.now()) > start + 2 ? true : undefined))
      expect(await conversations.commit(claim, await sampleCommit(conversations))).toBe(true)
    }),
  )

  test(
    'a renewed lease lasts on',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id, SHORT_MS)
      expect(await conversations.renew(claim, LONG_MS)).toBe(true)
      const result = await conversations.claim({ id, leaseMs: LONG_MS })
      expect(result.is === 'busy' && result.leaseLeftMs > SHORT_MS).toBe(true)
    }),
  )

  test(
    'a commit that does not release keeps lease and fence',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id)
      expect(await conversations.commit(claim, await sampleCommit(conversations, { release: false }))).toBe(true)
      expect(await conversations.claim({ id, version: 2, leaseMs: LONG_MS })).toMatchObject({ is: 'busy' })
      expect(await conversations.commit(claim, await sampleCommit(conversations, { body: 'second', version: 3 }))).toBe(true)
      expect(await conversations.claim({ id, version: 3, leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', body: 'second' })
    }),
  )
}

function marking(open: OpenStore): void {
  test(
    'a mark is seen by whoever claims next, until a commit clears it',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations)
      expect(await conversations.mark(await claimSample(conversations, id), 'first', LONG_MS)).toBe(true)
      expect(await conversations.claim({ id, version: 1, leaseMs: LONG_MS })).toMatchObject({ is: 'busy' })

      const other = await createSample(conversations)
      const dead = await claimSample(conversations, other)
      await conversations.mark(dead, 'old', LONG_MS)
      await conversations.mark(dead, 'new mark', 1)
      const found = await until('the end of the lease', async () => {
        const result = await conversations.claim({ id: other, version: 1, digest: 'd', leaseMs: LONG_MS })
        return result.is === 'claimed' ? result : undefined
      })
      expect(found).toMatchObject({ mark: 'new mark', body: '{"at":0}', version: 1 })
      await conversations.release(found.claim)
      const again = await conversations.claim({ id: other, leaseMs: LONG_MS })
      expect(again).toMatchObject({ is: 'claimed', mark: 'new mark' })
      expect(await conversations.commit(claimOf(again), await sampleCommit(conversations))).toBe(true)
      expect(await conversations.claim({ id: other, leaseMs: LONG_MS })).not.toHaveProperty('mark')
    }),
  )

  test(
    'a mark outlives the deadline of its conversation',
    withStore(open, async ({ conversations }) => {
      const start = await conversations.now()
      const expiresAt = start + SHORT_MS
      const id = await createSample(conversations, { expiresAt })
      expect(await conversations.mark(await claimSample(conversations, id), 'mark', 1)).toBe(true)
      const fromTheFirst = await createSample(conversations, { expiresAt, marks: { mark: 'the first', leaseMs: 1 } })
      await until('a clock past the deadline', async () => ((await conversations.now()) > expiresAt ? true : undefined))
      expect(await conversations.claim({ id, leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', mark: 'mark' })
      expect(await conversations.claim({ id: fromTheFirst, leaseMs: LONG_MS })).toMatchObject({ is: 'claimed', mark: 'the first' })
    }),
  )
}

function racing(open: OpenStore): void {
  test(
    `of ${RACERS} racing claims with one version one is taken; then its equals are answered and the others refused`,
    withStore(open, async ({ conversations, others }) => {
      const id = await createSample(conversations)
      const doors = [conversations, ...others]
      const race = (digestOf: (racer: number) => string): Promise<ClaimResult[]> =>
        Promise.all(
          Array.from({ length: RACERS }, async (_, racer) =>
            (doors[racer % doors.length] ?? conversations).claim({ id, version: 1, digest: digestOf(racer), leaseMs: LONG_MS }),
          ),
        )
      const first = await race((racer) => `request-${racer}`)
      expect(count(first)).toEqual({ claimed: 1, busy: RACERS - 1 })
      const winner = first.findIndex((result) => result.is === 'claimed')
      const replies = [{ digest: `request-${winner}`, body: 'answer' }]
      const claim = first.map((result) => (result.is === 'claimed' ? result.claim : undefined)).find((found) => found !== undefined)
      if (claim === undefined) throw new Error('nobody won')
      expect(await conversations.commit(claim, await sampleCommit(conversations, { replies }))).toBe(true)

      expect(count(await race((racer) => `request-${racer}`))).toEqual({ replayed: 1, spent: RACERS - 1 })
      const equal = await race(() => `request-${winner}`)
      expect(new Set(equal.map((result) => (result.is === 'replayed' ? result.reply : result.is)))).toEqual(new Set(['answer']))
    }),
  )

  test(
    'of racing creates with one id one is taken',
    withStore(open, async ({ conversations, others, outbox }) => {
      const entry = await sampleConversation(conversations, { owed: ['one'] })
      const doors = [conversations, ...others]
      const results = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) => (doors[racer % doors.length] ?? conversations).create(entry)),
      )
      expect(count(results)).toEqual({ created: 1, exists: RACERS - 1 })
      expect(await outbox.pending()).toBe(1)
    }),
  )

  test(
    'of racing commits with one claim only those before the release hold',
    withStore(open, async ({ conversations, others, outbox }) => {
      const id = await createSample(conversations)
      const claim = await claimSample(conversations, id)
      const doors = [conversations, ...others]
      const commit = await sampleCommit(conversations, { owed: ['once'] })
      const held = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) => (doors[racer % doors.length] ?? conversations).commit(claim, commit)),
      )
      expect(held.filter(Boolean)).toEqual([true])
      expect(await outbox.pending()).toBe(1)
    }),
  )
}

function expiring(open: OpenStore): void {
  test(
    'a conversation ends with its time, and its id is free again',
    withStore(open, async ({ conversations }) => {
      const id = await createSample(conversations, { expiresAt: (await conversations.now()) + SHORT_MS })
      const claim = await claimSample(conversations, id)
      await until('the end of the conversation', async () => ((await conversations.look(id)) === undefined ? true : undefined))
      expect(await conversations.claim({ id, version: 1, leaseMs: LONG_MS })).toEqual({ is: 'unknown' })
      expect(await conversations.commit(claim, await sampleCommit(conversations))).toBe(false)
      expect(await conversations.create(await sampleConversation(conversations, { id }))).toMatchObject({ is: 'created' })
    }),
  )

  test(
    'claim, renewal and release leave the end as it was; a commit sets it anew',
    withStore(open, async ({ conversations }) => {
      const soon = (await conversations.now()) + SHORT_MS
      const [left, moved] = [await createSample(conversations, { expiresAt: soon }), await createSample(conversations, { expiresAt: soon })]
      for (const id of [left, moved]) {
        const claim = await claimSample(conversations, id)
        await conversations.renew(claim, LONG_MS)
        if (id === moved) await conversations.commit(claim, await sampleCommit(conversations))
        else await conversations.release(claim)
      }
      await until('the end of the one', async () => ((await conversations.look(left)) === undefined ? true : undefined))
      expect(await conversations.look(moved)).toMatchObject({ version: 2 })
    }),
  )

  test(
    'a conversation that has expired already is not kept',
    withStore(open, async ({ conversations }) => {
      const entry = await sampleConversation(conversations, { expiresAt: (await conversations.now()) - 1 })
      expect(await conversations.create(entry)).toMatchObject({ is: 'created' })
      expect(await conversations.look(entry.id)).toBeUndefined()
    }),
  )
}

function count(results: readonly { readonly is: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { is } of results) counts[is] = (counts[is] ?? 0) + 1
  return counts
}
