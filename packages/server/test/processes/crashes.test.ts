import { beforeAll, describe, test, vi } from 'vitest'
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
  /** What the survivor has audited of the change. */
  readonly audit: readonly string[]
  /** The answer to the first request when it is sent once more. */
  readonly onceMore: string
}

const once = (password: string) => ({ inForce: [password], changes: 1, notices: 1 })
const never = { inForce: [OLD], changes: 0, notices: 0 }

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

  // What the dead process had committed, it had not yet audited.
  ['reset', 'committed', 'the same request', { answer: END, ...once(MINE), audit: [], onceMore: END }],
  ['reset', 'committed', 'another request', { answer: SPENT, ...once(MINE), audit: ['token-spent'], onceMore: END }],
  ['reset', 'committed', 'nobody', { ...once(MINE), audit: [], onceMore: END }],

  // A flow that goes on: `between` is after the commit of the change and before the next step is entered.
  ['onward', 'written', 'the same request', { answer: NEXT, ...once(MINE), audit: ['changed resolved'], onceMore: NEXT }],
  ['onward', 'written', 'another request', { answer: CHANGED, ...once(MINE), audit: ['changed resolved'], onceMore: NEXT }],
  ['onward', 'written', 'nobody', { ...once(MINE), audit: ['changed resolved'], onceMore: NEXT }],

  ['onward', 'between', 'the same request', { answer: NEXT, ...once(MINE), audit: [], onceMore: NEXT }],
  ['onward', 'between', 'another request', { answer: CHANGED, ...once(MINE), audit: [], onceMore: NEXT }],
  ['onward', 'between', 'nobody', { ...once(MINE), audit: [], onceMore: NEXT }],
]

/** Each cell has a person of its own. */
const PEOPLE = [
  ...CELLS.map(([flow, point], at) => ({ name: `person${at}`, row: `${flow} ${point}` })),
  { name: 'brief', row: 'brief judging' },
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
  test('in judging, and nobody comes before the deadline: nothing is changed, nothing is kept', async ({ expect }) => {
    const visitor = await deadAt('brief', 'judging', 'brief')
    const { conversation } = visitor
    expect(await house.remembers(conversation)).toBe(true)
    await vi.waitFor(async () => expect(await house.remembers(conversation)).toBe(false), WAIT)
    expect(await visitor.choosePassword(survivor, MINE)).toBe(SPENT)
    expect([await house.inForce('brief', [OLD, MINE]), await house.changes('brief')]).toEqual([[OLD], 0])
  })

  test.for(CELLS.map((cell, at) => [...cell, `person${at}`] as const))(
    'in the flow `%s`, %s; then comes %s',
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
  return survivor.log
    .filter((line) => line.conversation === conversation && (line.event === 'changed' || line.alarm === true))
    .map(({ event = '', reason }) => (reason === undefined ? event : `${event} ${reason}`))
}
