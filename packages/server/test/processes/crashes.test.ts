import { beforeAll, describe, expect, test, vi } from 'vitest'
import { flowOf, NOTICE } from './flows.js'
import { FIRST_PASSWORD, openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { House } from './house.js'
import type { Point, Server } from './server.js'
import { said, submit, Visitor } from './visitor.js'

/** Short, so that a dead process is found out soon; long enough for any judging here. */
const LEASE_MS = 2_500
const WAIT = { timeout: PATIENCE_MS, interval: 20 }
const STEPS = ['userQuery', 'emailValidation', 'reset']
const flows = {
  'reset.yaml': flowOf('reset', STEPS),
  // A flow that goes on after the change: what follows is entered by whoever comes next.
  'onward.yaml': flowOf('onward', [...STEPS, 'parameters']),
  'brief.yaml': flowOf('brief', STEPS, ['expires: 10s']),
}

const OLD = FIRST_PASSWORD
const MINE = 'Correct-Horse-1'
const OTHER = 'Battery-Staple-2'
const LATER = 'Good-Morning-3'

const END = 'resetStage end'
const NEXT = 'parameters initial'
const SPENT = '400 Snapshot token is invalid'
const CHANGED = '409 The password has been changed meanwhile'

/** Who comes to the survivor: before it looks after the marked change by itself, or `late`, when that is done. */
type Came = 'the same request' | 'another request' | 'nobody' | 'another request, late'

/** What is true once everything has come to rest. */
interface Outcome {
  /** What the survivor said to whoever came. */
  readonly answer?: string
  readonly inForce: readonly string[]
  readonly changes: number
  readonly notices: number
  /** Whether bearer tokens of before are over. */
  readonly revoked: boolean
  /** What the survivor has audited of the change, each event once and in alphabetical order. */
  readonly audit: readonly string[]
  /** The answer to the first request when it is sent once more. */
  readonly onceMore: string
}

const once = (password: string) => ({ inForce: [password], changes: 1, notices: 1, revoked: true })
const never = { inForce: [OLD], changes: 0, notices: 0, revoked: false }

/** A request that sets MINE dies at a point of its way; then somebody comes to another process, or nobody does. */
const CELLS: readonly (readonly [flow: string, point: Point, came: Came, outcome: Outcome])[] = [
  ['reset', 'judging', 'the same request', { answer: END, ...once(MINE), audit: ['changed'], onceMore: END }],
  ['reset', 'judging', 'another request', { answer: END, ...once(OTHER), audit: ['changed'], onceMore: SPENT }],
  ['reset', 'judging', 'nobody', { ...never, audit: [], onceMore: END }],

  ['reset', 'marked', 'the same request', { answer: END, ...once(MINE), audit: ['changed'], onceMore: END }],
  ['reset', 'marked', 'another request', { answer: END, ...once(OTHER), audit: ['changed'], onceMore: SPENT }],
  ['reset', 'marked', 'nobody', { ...never, audit: [], onceMore: END }],

  ['reset', 'written', 'the same request', { answer: END, ...once(MINE), audit: ['changed resolved'], onceMore: END }],
  ['reset', 'written', 'another request', { answer: CHANGED, ...once(MINE), audit: ['changed resolved'], onceMore: END }],
  ['reset', 'written', 'nobody', { ...once(MINE), audit: ['changed resolved'], onceMore: END }],
  [
    'reset',
    'written',
    'another request, late',
    { answer: SPENT, ...once(MINE), audit: ['changed resolved', 'token-spent'], onceMore: END },
  ],

  // What the dead process had committed, its commit owes to the trail.
  ['reset', 'committed', 'the same request', { answer: END, ...once(MINE), audit: ['changed'], onceMore: END }],
  ['reset', 'committed', 'another request', { answer: SPENT, ...once(MINE), audit: ['changed', 'token-spent'], onceMore: END }],
  ['reset', 'committed', 'nobody', { ...once(MINE), audit: ['changed'], onceMore: END }],

  // A flow that goes on: `between` is after the commit of the change and before the next step is entered.
  ['onward', 'written', 'the same request', { answer: NEXT, ...once(MINE), audit: ['changed resolved'], onceMore: NEXT }],
  ['onward', 'written', 'another request', { answer: CHANGED, ...once(MINE), audit: ['changed resolved'], onceMore: NEXT }],
  ['onward', 'written', 'nobody', { ...once(MINE), audit: ['changed resolved'], onceMore: NEXT }],

  ['onward', 'between', 'the same request', { answer: NEXT, ...once(MINE), audit: ['changed'], onceMore: NEXT }],
  ['onward', 'between', 'another request', { answer: CHANGED, ...once(MINE), audit: ['changed'], onceMore: NEXT }],
  ['onward', 'between', 'nobody', { ...once(MINE), audit: ['changed'], onceMore: NEXT }],
]

/** Calls after which a cell above lets its process die, so that they need no other process here. */
const COVERED: ReadonlySet<Point> = new Set(['directory.read', 'conversations.mark', 'directory.setPassword', 'conversations.commit'])
/** Calls that also a process makes that does nothing. */
const OF_NOBODY: ReadonlySet<Point> = new Set(['conversations.now'])
const CAME = ['the same request', 'another request', 'nobody'] as const satisfies readonly Came[]
/** More than there are calls. */
const MOST_CALLS = 12

/** Each cell has a person of its own. */
const PEOPLE = [
  ...CELLS.map(([flow, point], at) => ({ name: `person${at}`, row: `${flow} ${point}` })),
  { name: 'brief', row: 'brief judging' },
  { name: 'nobody-dies', row: 'none' },
  ...Array.from({ length: MOST_CALLS }, (_, call) => CAME.map((came) => ({ name: personAt(call, came), row: `call ${call}` }))).flat(),
]

let house: House
let survivor: Server
/** A process for each point of each flow takes the people of its cells there, and dies with all of them. */
const deaths = new Map<string, Promise<ReadonlyMap<string, Visitor>>>()

beforeAll(async () => {
  house = await openHouse({ flows, people: PEOPLE.map(({ name }) => name) })
  survivor = await house.start({ leaseMs: LEASE_MS, looksWhenTold: true, outbox: { parallelism: CELLS.length * 2 } })
  return () => house.close()
})

describe.concurrent('a process is killed', SLOW, () => {
  test('SEC-79 in judging, and nobody comes before the deadline: nothing is changed, nothing is kept', async ({ expect }) => {
    const visitor = await deadAt('brief', 'judging', 'brief')
    const { conversation } = visitor
    expect(await house.remembers(conversation)).toBe(true)
    await vi.waitFor(async () => expect(await house.remembers(conversation)).toBe(false), WAIT)
    expect(await visitor.choosePassword(survivor, MINE)).toBe(SPENT)
    expect([await house.inForce('brief', [OLD, MINE]), await house.changes('brief')]).toEqual([[OLD], 0])
  })

  test.for(CELLS.map((cell, at) => [...cell, `person${at}`] as const))(
    'SEC-19 SEC-80 in the flow `%s`, %s; then comes %s',
    async ([flow, point, came, outcome, person], { expect }) => {
      const visitor = await deadAt(flow, point, person)
      const first = visitor.body({ password: MINE })
      const come = () => visitor.choosePassword(survivor, came.startsWith('another') ? OTHER : MINE)
      const soon = came === 'nobody' || came.endsWith('late') ? undefined : await come()
      await survivor.look(visitor.conversation)
      // Everything that is owed has been done: mails are sent, and a marked conversation was looked at once its lease had ended.
      await vi.waitFor(async () => expect(await house.owed(visitor.conversation)).toBe(0), WAIT)
      const answer = came.endsWith('late') ? await come() : soon
      await vi.waitFor(() => expect(auditOf(visitor)).toEqual(outcome.audit), WAIT)
      expect({
        ...(answer !== undefined && { answer }),
        inForce: await house.inForce(person, [OLD, MINE, OTHER]),
        changes: await house.changes(person),
        notices: house.mails(person, NOTICE).length,
        revoked: await house.revoked(person),
        audit: auditOf(visitor),
        onceMore: said(await submit(survivor, flow, first)),
      }).toEqual(outcome)

      const later = new Visitor(house, person)
      expect([await later.search(survivor), await later.enterCode(survivor), await later.choosePassword(survivor, LATER)]).toEqual([
        'emailValidation validateCode',
        'resetStage initial',
        END,
      ])
      expect(await house.inForce(person, [OLD, MINE, OTHER, LATER])).toEqual([LATER])
    },
  )
})

function personAt(call: number, came: Came): string {
  return `call${call}-${CAME.findIndex((one) => one === came)}`
}

describe('a process is killed after any call that a change makes', SLOW, () => {
  test('SEC-80 and what a change owes is owed, or there was none', async ({ expect }) => {
    const recording = await house.start({ leaseMs: LEASE_MS, consumes: false })
    const undisturbed = new Visitor(house, 'nobody-dies')
    await undisturbed.search(recording)
    await undisturbed.enterCode(recording)
    const calls = new Set(await recording.pointsOf(() => undisturbed.choosePassword(recording, MINE)))
    await recording.kill()
    expect([...calls]).toEqual(expect.arrayContaining([...COVERED, 'conversations.claim']))
    const others = [...calls].filter((call) => !COVERED.has(call) && !OF_NOBODY.has(call))
    expect(others.length).toBeLessThanOrEqual(MOST_CALLS)
    const outcomes = await Promise.all(others.map((call, at) => outcomesAfter(call, at)))
    expect(outcomes.flat().filter(({ isWhole }) => !isWhole)).toEqual([])
    expect(outcomes.flat()).toHaveLength(others.length * CAME.length)
  })
})

/** What has become of three people whose process died right after a call; who was in the directory's hands has changed once, or not at all. */
async function outcomesAfter(call: Point, at: number) {
  const visitors = CAME.map((came) => new Visitor(house, personAt(at, came)))
  await killedAt(call, visitors)
  return Promise.all(
    visitors.map(async (visitor, number) => {
      const came = CAME[number]
      if (came !== 'nobody') await visitor.choosePassword(survivor, came === 'the same request' ? MINE : OTHER)
      await survivor.look(visitor.conversation)
      await vi.waitFor(async () => expect(await house.owed(visitor.conversation)).toBe(0), WAIT)
      const inForce = await house.inForce(visitor.userName, [OLD, MINE, OTHER])
      const changes = await house.changes(visitor.userName)
      const wanted = came === 'nobody' && changes === 0 ? OLD : came === 'another request' ? OTHER : MINE
      const told = await vi.waitFor(() => {
        const events = auditOf(visitor).filter((event) => event.startsWith('changed'))
        expect(events).toHaveLength(changes)
        return events
      }, WAIT)
      const notices = house.mails(visitor.userName, NOTICE)
      const owed = {
        told: told.length,
        notices: new Set(notices.map(({ messageId }) => messageId)).size,
        revoked: await house.revoked(visitor.userName),
      }
      const isWhole =
        inForce.join() === wanted &&
        owed.told === changes &&
        owed.notices === changes &&
        notices.length === changes &&
        owed.revoked === changes > 0
      return { call, came, inForce, changes, ...owed, isWhole }
    }),
  )
}

async function deadAt(flow: string, point: Point, person: string): Promise<Visitor> {
  const row = `${flow} ${point}`
  const people = PEOPLE.filter((one) => one.row === row).map(({ name }) => name)
  const death =
    deaths.get(row) ??
    killedAt(
      point,
      people.map((name) => new Visitor(house, name, flow)),
    )
  deaths.set(row, death)
  const visitor = (await death).get(person)
  if (!visitor) throw new Error(`${person} did not die at ${row}`)
  return visitor
}

/** Leads people to their new passwords in a process that dies when the last one is at the point. It hands out nothing, so no mail dies with it. */
async function killedAt(point: Point, visitors: readonly Visitor[]): Promise<ReadonlyMap<string, Visitor>> {
  const victim = await house.start({ leaseMs: LEASE_MS, consumes: false })
  for (const visitor of visitors) {
    await visitor.search(victim)
    await visitor.enterCode(victim)
  }
  await victim.dieAt(point, visitors.length)
  const answers = visitors.map((visitor) => visitor.choosePassword(victim, MINE).catch(() => 'no answer'))
  const last = [...new Set(await Promise.all(answers)), await victim.ended].join(', ')
  if (last !== 'no answer, SIGKILL') throw new Error(`a process was to be killed: ${last}`)
  return new Map(visitors.map((visitor) => [visitor.userName, visitor]))
}

function auditOf({ conversation }: Visitor): readonly string[] {
  const told = new Map(
    survivor.log
      .filter((line) => line.conversation === conversation && (line.event === 'changed' || line.alarm === true))
      .map((line, at) => [line.id ?? String(at), line]),
  )
  return [...told.values()].map(({ event = '', reason }) => (reason === undefined ? event : `${event} ${reason}`)).toSorted()
}
