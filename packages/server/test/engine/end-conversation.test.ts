import { decodeOwed, encodeSnapshot, endConversation, overlook } from '@rekey/core'
import type { AuditEvent, Conversations, Machine, Snapshot } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { describe, expect, test, onTestFinished } from 'vitest'
import { overridden } from './overridden.js'

const MACHINE = {
  format: 1,
  flow: 'reset',
  expiresSeconds: 900,
  unknownAccount: 'hide',
  require: { factors: 1, distinctChannels: true },
  limits: {
    failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
    starts: { address: { count: 600, seconds: 3600 } },
    messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
  },
  ensure: [],
  nodes: [
    { is: 'step', id: 'userQuery', type: 'userQuery', version: 1, settings: {}, attempts: 5, next: 1 },
    {
      is: 'choose',
      id: 'proof',
      options: [
        { is: 'step', id: 'mail', type: 'emailValidation', version: 1, settings: {}, attempts: 3, next: 2 },
        { is: 'step', id: 'sms', type: 'smsValidation', version: 1, settings: {}, attempts: 4, next: 2 },
      ],
      next: 2,
    },
    { is: 'step', id: 'reset', type: 'reset', version: 1, settings: {}, attempts: 5, next: 3 },
  ],
} as const satisfies Machine

const SECONDS = Math.floor(Date.now() / 1_000)

/** A snapshot that holds everything that nobody may be told. */
const WHOLE: Snapshot = {
  id: 'c1',
  dialect: 'forgerock',
  address: 'reset',
  machine: 'm1',
  at: 1,
  picked: 'sms',
  asked: { tag: 'validateCode', to: 'canary' },
  opened: true,
  round: 2,
  roundAt: SECONDS,
  attempts: { sms: 3 },
  messages: 1,
  who: { id: 'canary', digest: 'digest', credentialVersion: 'canary', shadow: true, state: 'active', typedMail: 'canary' },
  facts: { userQuery: { canary: 'canary' } },
  outputs: { canary: 'canary' },
  state: { canary: 'canary' },
  evidence: [{ step: 'canary', class: 'knowledge', channel: 'knowledge', who: 'canary' }],
  languages: ['canary'],
  startedAt: SECONDS,
  movedAt: SECONDS,
}

const snapshot = (more: Partial<Snapshot> = {}) => encodeSnapshot({ ...WHOLE, ...more })

async function house(body = snapshot()) {
  const { conversations, machines, outbox } = memoryStore()
  await machines.keep('m1', JSON.stringify(MACHINE), 900)
  await conversations.create({ id: 'c1', body, expiresAt: Date.now() + 900_000, owed: [], replies: [], ended: false })
  const events: AuditEvent[] = []
  const told = outbox.consume(async (item) => {
    const owed = item.is === 'message' ? decodeOwed(item.body) : undefined
    if (owed?.is === 'events') events.push(...owed.events)
  })
  onTestFinished(() => told.stop())
  const end = async (id = 'c1', through: Partial<Conversations> = {}) => {
    const became = await endConversation({ conversations: overridden(conversations, through), machines }, id, { operator: 'ann' })
    await new Promise((resume) => void setImmediate(resume))
    return became
  }
  const claim = async () => {
    const claimed = await conversations.claim({ id: 'c1', leaseMs: 60_000 })
    if (claimed.is !== 'claimed') throw new Error(`it is ${claimed.is}`)
    return claimed.claim
  }
  return { conversations, events, end, claim }
}

describe('an operator ends a conversation', () => {
  test('at the step where it stands, and the trail says who did', async () => {
    const { conversations, events, end } = await house()
    expect(await end()).toBe('ended')
    const found = await conversations.look('c1')
    expect([found?.ended, overlook('c1', found?.body ?? '', JSON.stringify(MACHINE))]).toEqual([
      true,
      expect.objectContaining({ is: 'cancelled', step: { id: 'sms', type: 'smsValidation' } }),
    ])
    expect(events).toEqual([
      {
        id: expect.any(String),
        event: 'ended',
        reason: 'operator',
        at: expect.any(Number),
        conversation: 'c1',
        dialect: 'forgerock',
        flow: 'reset',
        step: 'sms',
        who: 'digest',
        more: { operator: 'ann' },
      },
    ])
  })

  test('once', async () => {
    const { events, end } = await house()
    expect([await end(), await end(), events.length]).toEqual(['ended', 'over', 1])
  })

  test('not while a request is at work on it, and the request goes on', async () => {
    const { conversations, events, end, claim } = await house()
    const held = await claim()
    expect([await end(), events]).toEqual(['held', []])
    expect(
      await conversations.commit(held, {
        body: snapshot(),
        version: 2,
        expiresAt: Date.now() + 900_000,
        owed: [],
        replies: [],
        ended: false,
        release: true,
      }),
    ).toBe(true)
    expect(await end()).toBe('ended')
  })

  test('not while it is open whether its change was made: who settles it finds the mark', async () => {
    const { conversations, events, end, claim } = await house()
    const held = await claim()
    expect(await conversations.mark(held, 'a mark', 1)).toBe(true)
    await expect.poll(() => end(), { timeout: 5_000 }).toBe('changing')
    expect(events).toEqual([])
    expect(await conversations.claim({ id: 'c1', leaseMs: 1 })).toMatchObject({ is: 'claimed', mark: 'a mark' })
  })

  test('not when somebody else was faster', async () => {
    const { events, end } = await house()
    expect([await end('c1', { commit: () => Promise.resolve(false) }), events]).toEqual(['held', []])
  })

  test('not when it is not there', async () => {
    const { end } = await house()
    expect(await end('c2')).toBe('unknown')
  })

  test('also when nobody keeps its machine any more', async () => {
    const { conversations, end } = await house(snapshot({ machine: 'gone' }))
    expect(await end()).toBe('ended')
    expect((await conversations.look('c1'))?.ended).toBe(true)
  })
})

describe('what is shown of a conversation', () => {
  test('is where it stands, and nothing of the person or of what was said', () => {
    const shown = overlook('c1', snapshot(), JSON.stringify(MACHINE))
    expect(shown).toEqual({
      id: 'c1',
      flow: 'reset',
      machine: 'm1',
      dialect: 'forgerock',
      address: 'reset',
      is: 'open',
      step: { id: 'sms', type: 'smsValidation' },
      asks: { tag: 'validateCode', opened: true, round: 2, since: SECONDS },
      attempts: [{ step: 'sms', used: 3, of: 4 }],
      messages: { owed: 1, of: 3 },
      startedAt: SECONDS,
      movedAt: SECONDS,
      expiresAt: SECONDS + 900,
    })
    expect(JSON.stringify(shown)).not.toMatch(/canary|shadow|digest/)
  })

  test('is the same for somebody who does not exist', () => {
    const of = (shadow: boolean) =>
      overlook(
        'c1',
        snapshot({ who: { id: String(shadow), digest: String(shadow), credentialVersion: '1', state: 'active', shadow } }),
        JSON.stringify(MACHINE),
      )
    expect(of(true)).toEqual(of(false))
  })

  test('names the choice while nothing is picked, and does without a machine', () => {
    const { picked: _picked, ...unpicked } = WHOLE
    expect(overlook('c1', encodeSnapshot(unpicked), JSON.stringify(MACHINE)).step).toEqual({ id: 'proof', type: 'choose' })
    const { flow, step, expiresAt } = overlook('c1', snapshot(), undefined)
    expect({ flow, step, expiresAt }).toEqual({})
  })
})
