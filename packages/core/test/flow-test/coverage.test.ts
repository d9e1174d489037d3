import { expect, test } from 'vitest'
import { coverageOf } from '../../src/flow-test/index.js'
import type { Condition, Machine, StepNode } from '../../src/index.js'
import type { Trace } from '../../src/flow-test/trace.js'

const WHEN: Condition = { is: 'cel', text: 'facts.parameters.x == "1"' }

function step(id: string, next: number, more: Partial<StepNode> = {}): StepNode {
  return { is: 'step', id, type: id, version: 1, settings: {}, attempts: 3, next, ...more }
}

/** Asks, asks again where a condition holds, offers two ways, and leads back to the first when the last fails. */
const MACHINE: Machine = {
  format: 1,
  flow: 'all',
  expiresSeconds: 900,
  unknownAccount: 'hide',
  require: { factors: 1, distinctChannels: true },
  limits: {
    failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
    starts: { address: { count: 5, seconds: 3600 } },
    messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
  },
  ensure: [],
  nodes: [
    step('first', 1),
    step('again', 2, { when: WHEN }),
    { is: 'choose', id: 'way', options: [step('mail', 3), step('phone', 3, { when: WHEN })], next: 3 },
    step('last', 4, { onFail: 0 }),
    step('thanks', 5, { when: WHEN }),
  ],
}

/** One conversation at these stations; `end` is its good end, `way(a,b)` a choice that offers `a` and `b`, `<first` a return. */
function been(path: string, conversation = 'c', flow = 'all'): Trace {
  return path.split(' ').map((at) => {
    const [, back, id = at, , offered] = /^(<?)(\w+)(\((.*)\))?$/.exec(at) ?? []
    return {
      conversation,
      flow,
      ...(at !== 'end' && { at: id }),
      ...(offered !== undefined && { offered: offered.split(',') }),
      ...(back === '<' && { returned: true }),
    }
  })
}

function taken(...traces: readonly Trace[]) {
  const { steps, branches } = coverageOf(MACHINE, traces)
  return {
    steps: steps.filter(({ entered }) => entered).map(({ id }) => id),
    branches: branches.filter((one) => one.taken).map(({ text }) => text),
  }
}

test('every branch of a flow is counted: options, both outcomes of conditions, returns', () => {
  expect(coverageOf(MACHINE, [])).toEqual({
    flow: 'all',
    steps: ['first', 'again', 'mail', 'phone', 'last', 'thanks'].map((id) => ({ id, entered: false })),
    branches: [
      'the condition of `again` holds',
      'the condition of `again` does not hold',
      'the option `mail` is picked',
      'the option `phone` is picked',
      'the condition of `phone` holds',
      'the condition of `phone` does not hold',
      'a failure of `last` leads back',
      'the condition of `thanks` holds',
      'the condition of `thanks` does not hold',
    ].map((text) => ({ text, taken: false })),
  })
})

test('what is passed over had a condition that did not hold, what is entered one that did', () => {
  expect(taken(been('first way(mail,phone) mail last end'))).toEqual({
    steps: ['first', 'mail', 'last'],
    branches: [
      'the condition of `again` does not hold',
      'the option `mail` is picked',
      'the condition of `phone` holds',
      'the condition of `thanks` does not hold',
    ],
  })
  expect(taken(been('first again way(mail) mail last thanks end')).branches).toEqual([
    'the condition of `again` holds',
    'the option `mail` is picked',
    'the condition of `phone` does not hold',
    'the condition of `thanks` holds',
  ])
})

test('a return is a branch of the step that has failed', () => {
  expect(taken(been('first again mail last <first')).branches).toContain('a failure of `last` leads back')
  expect(taken(been('first again mail last last')).branches).not.toContain('a failure of `last` leads back')
  // Another option picked of the same choice is no return.
  expect(taken(been('first way(mail,phone) mail phone')).branches).toEqual([
    'the condition of `again` does not hold',
    'the option `mail` is picked',
    'the option `phone` is picked',
    'the condition of `phone` holds',
  ])
})

test('two conversations of one case are not mixed up, and those of other flows do not count', () => {
  const one = been('last', 'a')
  const other = been('first', 'b')
  expect(taken([...one, ...other]).branches).toEqual(['the condition of `again` does not hold'])
  expect(taken(been('first again', 'c', 'another'))).toEqual({ steps: [], branches: [] })
})

test('an option that is taken without asking was the only one offered', () => {
  const either: Machine = {
    ...MACHINE,
    nodes: [
      step('first', 1),
      { is: 'choose', id: 'way', options: [step('mail', 2, { when: WHEN }), step('phone', 2, { when: WHEN })], next: 2 },
    ],
  }
  const branches = (path: string) => coverageOf(either, [been(path)]).branches.flatMap((one) => (one.taken ? [one.text] : []))
  expect(branches('first phone end')).toEqual([
    'the condition of `mail` does not hold',
    'the option `phone` is picked',
    'the condition of `phone` holds',
  ])
  expect(branches('first way()')).toEqual(['the condition of `mail` does not hold', 'the condition of `phone` does not hold'])
})

test('an option that a failure has used up is offered no more, whatever its condition says', () => {
  const again: Machine = {
    ...MACHINE,
    nodes: [
      step('first', 1),
      { is: 'choose', id: 'way', options: [step('mail', 2, { onFail: 1 }), step('phone', 2, { when: WHEN, onFail: 1 })], next: 2 },
    ],
  }
  const { branches } = coverageOf(again, [been('first way(mail,phone) phone <way way(mail) mail end')])
  expect(branches.filter(({ taken: was }) => !was).map(({ text }) => text)).toEqual([
    'a failure of `mail` leads back',
    'the condition of `phone` does not hold',
  ])
})
