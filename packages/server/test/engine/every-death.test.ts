import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret, type AuditEvent, type Directory, type Ensured, type Letter, type Reply } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/memory'
import { until } from '@rekey/core/testing'
import { blue, intent, named, outputOf, password, tokenOf } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { Mortal, type Death } from './mortal.js'
import { overridden } from './overridden.js'
import { QUESTIONS } from './people.js'
import { engineRig, type Rig, type RigOptions } from './rig.js'

/** Who comes after the death: before anybody else has looked at what was left, or nobody does. */
const CONTINUATIONS = ['the same request', 'another request', 'nobody'] as const
type Continuation = (typeof CONTINUATIONS)[number]

const OLD = 'Passw0rd1'
const MINE = 'Correct-Horse-1'
const OTHER = 'Battery-Staple-2'
const LEASE_SECONDS = 5
const MOST_PEOPLE = 1_500

const NAMING: NodeSpec = { type: 'userQuery', settings: { states: ['active', 'locked'] } }
const ensure: readonly Ensured[] = ['notify', 'revokeSessions', 'clearLockout']

/** Flows whose last request changes a password. */
const FLOWS = {
  'a change at the end': { steps: [NAMING, 'kba', 'reset'], start: false },
  'a change that steps follow': {
    steps: [NAMING, 'kba', 'reset', { type: 'notify', settings: { template: 'welcome-back' } }],
    start: false,
  },
  'a generated password': { steps: [NAMING, 'kba', 'generatePassword'], start: false },
  'all in one request': { steps: [NAMING, 'kba', 'reset'], start: true },
} as const satisfies Record<string, { readonly steps: readonly NodeSpec[]; readonly start: boolean }>
type FlowName = keyof typeof FLOWS

let rig: Rig
let people: MemoryDirectory
let nobodyYet = 0
/** How often a password was written, by person. */
const writes = new Map<string, number>()

const optionsOf = (flow: FlowName, mortal?: Mortal): RigOptions => ({
  steps: FLOWS[flow].steps,
  machine: { ensure },
  directory: (): Directory => mortal?.directory(people) ?? people,
  ...(mortal && { wrap: mortal.wrap }),
  // Nobody does what is owed before a test says so.
  consumes: false,
})

beforeAll(async () => {
  people = new MemoryDirectory(
    Array.from({ length: MOST_PEOPLE }, (_, at) => ({
      id: `p${at}`,
      userName: `user${at}`,
      mail: `user${at}@example.com`,
      password: OLD,
      state: 'locked',
      answers: [{ question: '1', answer: 'Blue' }],
    })),
    { questions: QUESTIONS },
  )
  const write = people.setPassword.bind(people)
  people.setPassword = async (wanted) => {
    const result = await write(wanted)
    if (result.is === 'done') writes.set(wanted.id, (writes.get(wanted.id) ?? 0) + 1)
    return result
  }
  rig = await engineRig(optionsOf('a change at the end'))
})
afterAll(() => rig.close())

/** A process; what it says to the trail and to the mail server is kept, also when it dies. */
async function born(flow: FlowName, mortal: Mortal) {
  const { engine, events } = await rig.beside(optionsOf(flow, mortal))
  mortal.begin()
  return { engine, events }
}

/** One that lives on, for each flow. */
const survivors = new Map<FlowName, ReturnType<typeof born>>()

/** What a process that lives on does, and the events of it. */
async function alive<T>(flow: FlowName, act: (engine: Rig['engine']) => Promise<T>): Promise<{ did: T; events: readonly AuditEvent[] }> {
  const survivor = survivors.get(flow) ?? born(flow, new Mortal())
  survivors.set(flow, survivor)
  const { engine, events } = await survivor
  // The clock may have been moved since it was at work last.
  await engine.refresh()
  const from = events.length
  const did = await act(engine)
  return { did, events: events.slice(from) }
}

/** Everything that has come of one conversation. */
class Case {
  readonly userName = `user${nobodyYet}`
  readonly id = `p${nobodyYet++}`
  readonly events: AuditEvent[] = []
  readonly mails: Letter[] = []

  get writes(): number {
    return writes.get(this.id) ?? 0
  }

  /** Does what is owed, until nothing is or the process has died. */
  async courier(flow: FlowName, mortal?: Mortal): Promise<void> {
    if (mortal === undefined) {
      const { events } = await alive(flow, (engine) => this.#doWhatIsOwed(engine, new Mortal()))
      this.events.push(...events)
      return
    }
    const { engine, events } = await born(flow, mortal)
    await this.#doWhatIsOwed(engine, mortal)
    this.events.push(...events)
  }

  async #doWhatIsOwed(engine: Rig['engine'], mortal: Mortal): Promise<void> {
    const running = rig.store.outbox.consume(async (item) => {
      await mortal.call('outbox.handedOut', async () => undefined)
      if (item.is === 'resolve') await engine.resolve(item.conversation)
      else {
        const letter = await engine.fulfil(item.body)
        if (letter) await mortal.call('mailer.send', async () => void this.mails.push(letter))
      }
      await mortal.call('outbox.settle', async () => undefined)
    })
    await until('the end of what is owed', async () => {
      if (mortal.isDead || (await rig.store.outbox.pending()) === 0) return true
      // What was thrown by the dead comes back by and by.
      await rig.advance(LEASE_SECONDS + 1)
      await rig.delivered()
      return undefined
    })
    await running.stop()
  }
}

/** The last request of a conversation, sent to a process that dies at it. */
async function dying(flow: FlowName, mortal: Mortal, one: Case) {
  const { start } = FLOWS[flow]
  const victim = await born(flow, mortal)
  const { engine } = victim
  const begun = await alive(flow, async (living) =>
    start ? undefined : living.handle(intent('start', { answers: [named(one.userName)] })),
  )
  const asked = begun.did
  one.events.push(...begun.events)
  const request = (text: string) =>
    asked === undefined
      ? intent('start', { answers: [named(one.userName), blue, password(text)] })
      : intent('submit', { carried: tokenOf(asked), answers: [blue, password(text)] })
  const reply = await engine.handle(request(MINE))
  one.events.push(...victim.events)
  return { request, reply }
}

async function carryOn(flow: FlowName, one: Case, came: Continuation, request: Awaited<ReturnType<typeof dying>>['request']) {
  // The lease of the dead has ended, and whoever comes is quicker than the resolver.
  await rig.advance(LEASE_SECONDS + 1)
  const { did, events } = await alive(flow, async (survivor) =>
    came === 'nobody' ? undefined : survivor.handle(request(came === 'the same request' ? MINE : OTHER)),
  )
  one.events.push(...events)
  return did
}

/** What must be so however it went: everything that a change owes is there once, or there was no change. */
async function audited(one: Case, replies: readonly (Reply | undefined)[]) {
  const texts = [OLD, MINE, OTHER, ...replies.flatMap((reply) => (reply ? [outputOf(reply, 'password')] : []))].filter(
    (text) => text !== '',
  )
  const verdicts = await Promise.all(texts.map((text) => people.verifyPassword(one.id, new Secret(text))))
  const changed = one.events.filter(({ event }) => event === 'changed')
  const notices = one.mails.flatMap((letter) => (letter.is === 'due' && letter.message.template === 'password-changed' ? [letter.id] : []))
  const superseded = one.events.filter(({ event }) => event === 'change-superseded').length
  const ids = changed.map(({ id }) => id)
  const revoked = await rig.store.sessions.revokedUntil(one.id)
  const conversations = new Set(one.events.flatMap(({ conversation }) => (conversation === undefined ? [] : [conversation])))
  const claims = await Promise.all([...conversations].map((id) => rig.store.conversations.claim({ id, leaseMs: 1 })))
  return {
    // Generated by the dead, it is known to nobody.
    inForceAtMost: verdicts.filter(Boolean).length <= 1,
    oldIsInForce: verdicts[0],
    // Of a change that another conversation has followed it cannot be known whether it was written; the trail says so.
    changesTold: new Set(ids).size + (new Set(ids).size < one.writes ? superseded : 0),
    allHaveIds: ids.every((id) => id !== undefined),
    everyoneIsTold: new Set(notices).size === new Set(ids).size,
    revoked: revoked !== undefined,
    locked: (await people.read(one.id))?.state === 'locked',
    marked: claims.filter((claim) => claim.is === 'claimed' && claim.mark !== undefined).length,
    dead: (await rig.store.outbox.dead()).length,
  }
}

const expected = ({ writes: changes }: Case) => ({
  inForceAtMost: true,
  oldIsInForce: changes === 0,
  changesTold: changes,
  allHaveIds: true,
  everyoneIsTold: true,
  revoked: changes > 0,
  locked: changes === 0,
  marked: 0,
  dead: 0,
})

/** Before the first call, and after each: between two of them nothing happens outside of the process. */
const deathsAt = (calls: readonly string[]): readonly Death[] => [
  { call: 0, when: 'before' },
  ...calls.map((_, call) => ({ call, when: 'after' }) as const),
]

describe.each(Object.keys(FLOWS) as FlowName[])('SEC-80 %s', (flow) => {
  test.each(CONTINUATIONS)('owes all that a change owes or was never made, wherever its process dies; then comes %s', async (came) => {
    const whole = new Mortal()
    const undisturbed = new Case()
    const { reply } = await dying(flow, whole, undisturbed)
    await undisturbed.courier(flow)
    expect([reply.view?.is, undisturbed.writes]).toEqual(['ended', 1])
    expect(await audited(undisturbed, [reply])).toEqual(expected(undisturbed))
    const marks = FLOWS[flow].start ? 'conversations.create' : 'conversations.mark'
    expect(whole.calls).toEqual(expect.arrayContaining([marks, 'directory.setPassword', 'conversations.commit']))
    for (const death of deathsAt(whole.calls)) {
      const one = new Case()
      const first = await dying(flow, new Mortal(death), one)
      const second = await carryOn(flow, one, came, first.request)
      await one.courier(flow)
      const at = `died ${death.when} ${whole.calls[death.call]}`
      expect({ at, ...(await audited(one, [first.reply, second])) }).toEqual({ at, ...expected(one) })
      if (came === 'the same request') expect({ at, is: second?.view?.is }).toEqual({ at, is: 'ended' })
    }
  })

  test.each(['before', 'after'] as const)(
    'is owed still, wherever who does it dies; the change was made %s the mark was cleared',
    async (when) => {
      const whole = new Mortal()
      await dying(flow, whole, new Case())
      const written = { call: whole.calls.indexOf('conversations.commit'), when } as const
      const undisturbed = new Case()
      await new Case().courier(flow)
      await dying(flow, new Mortal(written), undisturbed)
      await rig.advance(LEASE_SECONDS + 1)
      const courier = new Mortal()
      await undisturbed.courier(flow, courier)
      expect(courier.calls).toEqual(expect.arrayContaining(['outbox.handedOut', 'sessions.revokeUntil', 'mailer.send', 'outbox.settle']))
      for (const death of deathsAt(courier.calls)) {
        const one = new Case()
        const { reply } = await dying(flow, new Mortal(written), one)
        await rig.advance(LEASE_SECONDS + 1)
        await one.courier(flow, new Mortal(death))
        await one.courier(flow)
        const at = `died ${death.when} ${courier.calls[death.call]}`
        expect({ at, writes: one.writes }).toEqual({ at, writes: 1 })
        expect({ at, ...(await audited(one, [reply])) }).toEqual({ at, ...expected(one) })
      }
    },
  )
})

test('what is told twice is told under one id, and sent twice under one Message-ID', async () => {
  const flow = 'a change at the end'
  const courier = new Mortal()
  const undisturbed = new Case()
  await dying(flow, new Mortal(), undisturbed)
  await undisturbed.courier(flow, courier)
  const settles = courier.calls.flatMap((name, call) => (name === 'outbox.settle' ? [call] : []))
  let twice = 0
  for (const call of settles) {
    const one = new Case()
    await dying(flow, new Mortal(), one)
    await one.courier(flow, new Mortal({ call, when: 'before' }))
    await one.courier(flow)
    const told = [...one.events.flatMap(({ id }) => (id === undefined ? [] : [id])), ...one.mails.map(({ id }) => id)]
    twice += told.length - new Set(told).size
    expect(one.events.filter(({ event }) => event === 'changed').length).toBeGreaterThanOrEqual(1)
  }
  expect(twice).toBeGreaterThanOrEqual(2)
})

test('a process that swallows what it owes is found out', async () => {
  const one = new Case()
  const flow = 'a change at the end'
  const victim = await rig.beside({
    ...optionsOf(flow),
    wrap: (options) => ({
      ...options,
      conversations: overridden(options.conversations, {
        commit: (claim, entry) => options.conversations.commit(claim, { ...entry, owed: [], duties: [] }),
      }),
    }),
  })
  const asked = await victim.engine.handle(intent('start', { answers: [named(one.userName)] }))
  const reply = await victim.engine.handle(intent('submit', { carried: tokenOf(asked), answers: [blue, password(MINE)] }))
  await one.courier(flow)
  expect(one.writes).toBe(1)
  expect(await audited(one, [reply])).toMatchObject({ changesTold: 0, oldIsInForce: false, revoked: false })
})
