import { describe, expect, test } from 'vitest'
import {
  ask,
  cancel,
  defineStep,
  done,
  earns,
  failed,
  hidden,
  rejected,
  transition,
  type Evidence,
  type Judgement,
  type Message,
  type Runnable,
  type Snapshot,
  type StepDefinition,
  type Verdict,
  type Who,
} from '../../src/index.js'

const base = { version: 1, description: 'a step', asks: 'Something' } as const
const nothing = () => ask({ tag: 'initial' })
const find = defineStep({ ...base, type: 'find', kind: 'identifier', names: true, prepare: nothing, submit: () => done() })
const code = defineStep({
  ...base,
  type: 'code',
  kind: 'code',
  needs: ['mail'],
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
const set = defineStep({
  ...base,
  type: 'set',
  kind: 'newPassword',
  needs: [],
  changes: 'password',
  prepare: nothing,
  submit: () => done(),
})

const machine = (steps: readonly StepDefinition[], unknownAccount: 'hide' | 'reveal' = 'hide'): Runnable => ({
  unknownAccount,
  nodes: steps.map((definition, index) => ({
    is: 'step' as const,
    definition,
    node: { is: 'step', id: definition.type, type: definition.type, version: 1, settings: {}, attempts: 2, next: index + 1 },
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
  languages: [],
  startedAt: 1,
  movedAt: 1,
}
const real: Who = { id: 'p', digest: 'x', credentialVersion: '1', shadow: false, state: 'active' }
const shadow: Who = { ...real, shadow: true }
const message: Message = { channel: 'email', template: 't', to: 'a@example.com', values: {} }
const judged = (verdict: Verdict, rest: Partial<Judgement> = {}): Judgement => ({ verdict, of: 'answer', now: 50, opens: true, ...rest })

describe('an ask', () => {
  const asking = ask({ tag: 'validateCode' }, { owes: [message], state: { n: 1 } })

  test('opens the question and owes its messages', () => {
    expect(transition(machine([code]), start, judged(asking))).toEqual({
      snapshot: { ...start, asked: { tag: 'validateCode' }, opened: true, round: 1, roundAt: 50, messages: 1, state: { n: 1 } },
      messages: [message],
      became: { is: 'asking' },
    })
  })

  test('is only shown where the dialect opens lazily', () => {
    const { snapshot, messages } = transition(machine([code]), start, judged(asking, { opens: false }))
    expect([snapshot.opened, snapshot.round, snapshot.messages, messages]).toEqual([false, 0, 0, []])
  })

  test('that owes nothing is open at once, lazily or not', () => {
    expect(transition(machine([find]), start, judged(nothing(), { opens: false })).snapshot.opened).toBe(true)
  })
})

describe('a done', () => {
  test('moves on, keeping facts, outputs, evidence and the person', () => {
    const evidence: Evidence = { step: 'find', class: 'possession', channel: 'email' }
    const asked = { ...start, asked: { tag: 'initial' }, opened: true, round: 1, roundAt: 9, state: { secret: 1 } }
    const verdict = done({ names: { principal: {} as never, identifier: 'p' }, facts: { a: 1 }, outputs: { b: 2 } })
    expect(transition(machine([find, code]), asked, judged(verdict, { who: real, evidence })).snapshot).toEqual({
      ...start,
      at: 1,
      round: 1,
      who: real,
      facts: { find: { a: 1 } },
      outputs: { b: 2 },
      evidence: [evidence],
      answered: 'find',
      movedAt: 50,
    })
  })

  test('of the last step ends the conversation', () => {
    expect(transition(machine([find]), start, judged(done())).snapshot.ended).toEqual({ as: 'completed', step: 'find' })
  })
})

describe('a rejection', () => {
  test('counts, and the last one ends', () => {
    const steps = machine([code])
    const first = transition(steps, start, judged(rejected('code-mismatch', '/code')))
    expect(first.became).toEqual({ is: 'refused', reason: 'code-mismatch', at: '/code', last: false })
    const second = transition(steps, first.snapshot, judged(rejected('code-mismatch', '/code')))
    expect([second.became, second.snapshot.attempts, second.snapshot.ended]).toEqual([
      { is: 'refused', reason: 'code-mismatch', at: '/code', last: true },
      { code: 2 },
      { as: 'failed', reason: 'too-many-attempts', step: 'code' },
    ])
  })
})

describe('a rejection of a step that is called like what every object has', () => {
  test.for(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])('%s counts like any other', (id) => {
    const { nodes, ...rest } = machine([code])
    const steps: Runnable = {
      ...rest,
      nodes: nodes.map((station) => (station.is === 'step' ? { ...station, node: { ...station.node, id } } : station)),
    }
    const first = transition(steps, start, judged(rejected('code-mismatch')))
    const second = transition(steps, first.snapshot, judged(rejected('code-mismatch')))
    expect([second.snapshot.attempts, second.snapshot.ended]).toEqual([
      { [id]: 2 },
      { as: 'failed', reason: 'too-many-attempts', step: id },
    ])
  })
})

describe('hiding', () => {
  test('somebody nobody has goes on as a shadow from the step that names', () => {
    const { snapshot, became } = transition(machine([find, code]), start, judged(hidden('no-match'), { who: shadow }))
    expect([snapshot.at, snapshot.who, became]).toEqual([1, shadow, { is: 'passed' }])
  })

  test('a step that cannot be entered for this person is entered again for the shadow', () => {
    const before = { ...start, who: real }
    const { snapshot, became } = transition(machine([code]), before, judged(hidden('no-mail'), { of: 'entering', who: shadow }))
    expect([snapshot, became]).toEqual([
      { ...before, who: shadow },
      { is: 'hidden', reason: 'no-mail' },
    ])
  })

  test('a shadow that is hidden again ends, so that nothing goes round for ever', () => {
    const { became } = transition(machine([code]), { ...start, who: shadow }, judged(hidden('no-mail'), { of: 'entering', who: shadow }))
    expect(became).toEqual({ is: 'failed', reason: 'refused' })
  })

  test('of an answer is refused with the words of a wrong one', () => {
    const { snapshot, became } = transition(machine([code]), { ...start, who: real }, judged(hidden('restricted'), { who: shadow }))
    expect([snapshot.who, became]).toEqual([shadow, { is: 'refused', reason: 'code-mismatch', at: '/code', last: false }])
  })

  test.for([
    ['answer', { is: 'refused', reason: 'no-match', last: false }],
    ['entering', { is: 'failed', reason: 'no-match' }],
  ] as const)('is told under reveal (%s)', ([of, became]) => {
    expect(transition(machine([find], 'reveal'), start, judged(hidden('no-match'), { of })).became).toEqual(became)
  })
})

describe('a shadow', () => {
  const shadowed = { ...start, who: shadow }

  test.for([
    ['a proof', code, done(), { is: 'refused', reason: 'code-mismatch', at: '/code', last: false }],
    ['a silent proof', silentProof, done(), { is: 'failed', reason: 'refused' }],
    ['a change', set, done({ change: { is: 'password', secret: {} as never } }), { is: 'refused', reason: 'refused', last: false }],
    ['a wrong answer', code, rejected('code-mismatch', '/code'), { is: 'refused', reason: 'code-mismatch', at: '/code', last: false }],
  ] as const)('is refused %s', ([, step, verdict, became]) => {
    expect(transition(machine([step]), shadowed, judged(verdict)).became).toEqual(became)
  })

  test('passes what proves nothing', () => {
    expect(transition(machine([find]), shadowed, judged(done())).became).toEqual({ is: 'passed' })
  })
})

test('a failure ends the conversation', () => {
  const { snapshot, became } = transition(machine([code]), start, judged(failed('down')))
  expect([snapshot.ended, became]).toEqual([
    { as: 'failed', reason: 'down', step: 'code' },
    { is: 'failed', reason: 'down' },
  ])
})

test('cancelling ends once', () => {
  const steps = machine([code])
  const cancelled = cancel(steps, start)
  expect(cancelled.ended).toEqual({ as: 'cancelled', step: 'code' })
  expect(cancel(steps, cancelled)).toBe(cancelled)
})

describe('evidence', () => {
  const mail: Evidence = { step: 'a', class: 'possession', channel: 'email' }
  const mailAgain: Evidence = { ...mail, step: 'b' }
  const questions: Evidence = { step: 'c', class: 'knowledge', channel: 'knowledge' }
  const session: Evidence = { step: 'd', class: 'session', channel: 'session' }
  const vouched: Evidence = { step: 'e', class: 'vouched', channel: 'session' }

  test.for([
    ['none', { factors: 1, distinctChannels: true }, [], false],
    ['one factor', { factors: 1, distinctChannels: true }, [mail], true],
    ['one of two', { factors: 2, distinctChannels: true }, [mail], false],
    ['two of one channel', { factors: 2, distinctChannels: true }, [mail, mailAgain], false],
    ['two of one channel where that is enough', { factors: 2, distinctChannels: false }, [mail, mailAgain], true],
    ['two of two channels', { factors: 2, distinctChannels: true }, [mail, questions], true],
    ['a session alone', { factors: 1, distinctChannels: true }, [session], false],
    ['a session and a factor', { factors: 2, distinctChannels: true }, [session, questions], true],
    ['vouched where a factor is required', { factors: 1, distinctChannels: true }, [vouched], false],
    ['vouched where that is required', 'vouched', [vouched], true],
    ['a factor where vouched is required', 'vouched', [mail], false],
    ['a factor of somebody else', { factors: 1, distinctChannels: true }, [{ ...mail, who: 'q' }], false],
    ['a factor of this person', { factors: 1, distinctChannels: true }, [{ ...mail, who: 'p' }], true],
  ] as const)('%s', ([, required, evidence, enough]) => {
    expect(earns(required, evidence, 'p')).toBe(enough)
  })
})
