import { describe, expect, test } from 'vitest'
import { ask, defineStep, done, failed, hidden, rejected, transition } from '../../src/index.js'
import type { Evidence, Judgement, Runnable, Snapshot, StepDefinition, Verdict, Who } from '../../src/index.js'
import { withBookmark, wentBack } from '../../src/machine/going-back.js'

const base = { version: 1, description: 'a step', asks: 'Something' } as const
const nothing = () => ask({ tag: 'initial' })
const find = defineStep({ ...base, type: 'find', kind: 'identifier', names: true, prepare: nothing, submit: () => done() })
const code = defineStep({
  ...base,
  type: 'code',
  kind: 'code',
  proves: { class: 'possession', channel: 'email' },
  refusal: { reason: 'code-mismatch', at: '/code' },
  prepare: nothing,
  submit: () => done(),
})
const silentProof = defineStep({
  ...base,
  type: 'silent',
  needs: [],
  proves: { class: 'vouched', channel: 'session' },
  prepare: () => done(),
})

/** Steps of which each but the first leads back to the first. */
const machine = (steps: readonly StepDefinition[], unknownAccount: 'hide' | 'reveal' = 'hide'): Runnable => ({
  unknownAccount,
  nodes: steps.map((definition, index) => ({
    is: 'step' as const,
    definition,
    node: {
      is: 'step',
      id: definition.type,
      type: definition.type,
      version: 1,
      settings: {},
      attempts: 2,
      ...(index > 0 && { onFail: 0 }),
      next: index + 1,
    },
  })),
})

const start: Snapshot = {
  id: 'c',
  dialect: 'd',
  address: 'a',
  machine: 'h',
  at: 0,
  opened: false,
  round: 0,
  attempts: {},
  messages: 0,
  facts: {},
  outputs: {},
  evidence: [],
  languages: ['en'],
  startedAt: 1,
  movedAt: 1,
}
const who: Who = { id: 'p', digest: 'x', credentialVersion: '1', shadow: false, state: 'active' }
const proof: Evidence = { step: 'earlier', class: 'knowledge', channel: 'knowledge' }

/** A conversation at its second station, where it has learnt everything that a snapshot can hold. */
const later: Snapshot = {
  ...withBookmark(start),
  at: 1,
  asked: { tag: 'validateCode' },
  opened: true,
  round: 3,
  roundAt: 40,
  subject: 's',
  picked: 'code',
  offered: ['code'],
  approvedRound: 3,
  attempts: { code: 1 },
  messages: 2,
  who,
  facts: { find: { a: 1 } },
  outputs: { b: 2 },
  state: { secret: 1 },
  evidence: [proof],
  answered: 'find',
  passed: 'find',
  decided: { x: true },
  movedAt: 30,
}
const judged = (verdict: Verdict, rest: Partial<Judgement> = {}): Judgement => ({ verdict, of: 'answer', now: 50, opens: true, ...rest })

describe('going back', () => {
  const forgotten = { ...withBookmark(start), round: 3, messages: 2, movedAt: 50, hasNamed: true }

  test.for([
    ['the last answer that is refused', rejected('code-mismatch', '/code'), 'refused', 'code-mismatch'],
    ['a step that fails', failed('expired'), 'failed', 'expired'],
  ] as const)('is what %s leads to: all is forgotten but tries, messages, rounds and the deadline', ([, verdict, by, reason]) => {
    expect(transition(machine([find, code]), later, judged(verdict))).toEqual({
      snapshot: { ...forgotten, attempts: { code: 2 } },
      messages: [],
      became: { is: 'returned', reason, by },
    })
  })

  test('waits for the last try of an answer', () => {
    const { snapshot, became } = transition(machine([find, code]), { ...later, attempts: {} }, judged(rejected('code-mismatch')))
    expect(became).toEqual({ is: 'refused', reason: 'code-mismatch', last: false })
    expect(snapshot).toEqual({ ...later, attempts: { code: 1 } })
  })

  test('costs a step that fails a try each time', () => {
    const once = transition(machine([find, code]), later, judged(failed('x'))).snapshot
    const again = transition(machine([find, code]), { ...once, at: 1 }, judged(failed('x'))).snapshot
    expect(again.attempts).toEqual({ code: 3 })
  })

  test('is not for failures that are final, nor for steps that say nothing', () => {
    const final = transition(machine([find, code]), later, judged(failed('unearned-change'), { final: true }))
    expect(final.became).toEqual({ is: 'failed', reason: 'unearned-change' })
    expect(final.snapshot.ended).toEqual({ as: 'failed', reason: 'unearned-change', step: 'code' })
    const first = transition(machine([find, code]), start, judged(failed('x')))
    expect(first.became).toEqual({ is: 'failed', reason: 'x' })
  })

  test('SEC-1 is the same for a shadow, at a step that asks and at a silent one', () => {
    const shadow = { ...later, who: { ...who, shadow: true } }
    expect(transition(machine([find, code]), shadow, judged(done())).snapshot).toEqual({ ...forgotten, attempts: { code: 2 } })
    expect(transition(machine([find, silentProof]), shadow, judged(done(), { of: 'entering' })).became).toEqual({
      is: 'returned',
      reason: 'refused',
      by: 'failed',
    })
  })

  test.for([
    ['reveal', 'entering', 'failed'],
    ['reveal', 'answer', 'refused'],
    ['hide', 'answer', 'refused'],
  ] as const)('is where somebody hidden is led: under %s, %s', ([account, of, by]) => {
    const { became } = transition(machine([find, code], account), later, judged(hidden('no-mail'), { of, who: { ...who, shadow: true } }))
    expect(became).toMatchObject({ is: 'returned', by })
  })

  test('keeps what was known at the first arrival, whatever a later one knows', () => {
    const first = withBookmark({ ...start, at: 2, facts: { find: { a: 1 } } })
    expect(withBookmark({ ...first, facts: { find: { a: 2 } } })).toEqual({ ...first, facts: { find: { a: 2 } } })
    expect(wentBack({ ...first, at: 4 }, 2, 9)?.facts).toEqual({ find: { a: 1 } })
  })

  test('SEC-21 forgets what was known at stations behind: it was about another way, and may be about another person', () => {
    const both = withBookmark({ ...withBookmark(start), at: 2, who, evidence: [proof] })
    const back = wentBack({ ...both, at: 3 }, 0, 9)
    expect(Object.keys(back?.bookmarks ?? {})).toEqual(['0'])
    expect(back?.who).toBeUndefined()
    expect(wentBack({ ...(back ?? start), at: 3 }, 2, 9)).toBeUndefined()
  })

  test('leads nowhere from where nothing was kept', () => {
    expect(wentBack(start, 0, 9)).toBeUndefined()
    expect(wentBack(later, undefined, 9)).toBeUndefined()
  })
})
