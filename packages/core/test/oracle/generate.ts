import * as fc from 'fast-check'
import type { Flow, Item } from './flow.js'
import { factsIn, leavesOf, type Question } from './question.js'
import { settled, type Jump, type Rough, type RoughChoice, type RoughStep } from './settle.js'
import { WORDS } from './worlds.js'

/** A flow, and a number that says how it is spelled. */
export interface Generated {
  readonly flow: Flow
  readonly spelling: number
}

// What questions are about. A flow asks about few things, so that its conditions meet.
const among = (of: 'locale' | 'state', words: readonly string[]): fc.Arbitrary<Question> =>
  fc.subarray([...words], { minLength: 1 }).map((chosen) => ({ ask: of, among: chosen }))
/** A fact of the step of that number, counted among those that write. */
const fact: fc.Arbitrary<Question> = fc.oneof(
  fc
    .tuple(fc.nat(9), fc.constantFrom('target', 'hint'))
    .chain(([step, name]) =>
      fc
        .subarray(WORDS, { minLength: 1, maxLength: 2 })
        .map((words): Question => ({ ask: 'fact', step: String(step), fact: name, guarded: true, is: { among: words } })),
    ),
  fc
    .tuple(fc.nat(9), fc.integer({ min: 1, max: 3 }))
    .map(([step, least]): Question => ({ ask: 'fact', step: String(step), fact: 'level', guarded: true, is: { least } })),
  fc
    .tuple(fc.nat(9), fc.constantFrom('target', 'hint', 'level'))
    .map(([step, name]): Question => ({ ask: 'written', step: String(step), fact: name })),
)
const FAMILIES: readonly fc.Arbitrary<Question>[] = [
  fc.constantFrom<Question>(
    { ask: 'has', of: 'mail' },
    { ask: 'part', of: 'mail', where: 'endsWith', text: '@corp.example' },
    { ask: 'part', of: 'mail', where: 'startsWith', text: 'ann' },
  ),
  fc.constantFrom<Question>({ ask: 'has', of: 'phone' }, { ask: 'part', of: 'phone', where: 'startsWith', text: '+41' }),
  fc.oneof(fc.constant<Question>({ ask: 'has', of: 'locale' }), among('locale', ['en', 'de'])),
  among('state', ['active', 'locked', 'disabled']),
  fc.constantFrom<Question>(
    { ask: 'holds', list: 'groups', value: 'staff' },
    { ask: 'holds', list: 'groups', value: 'admins' },
    ...[1, 2].map((size): Question => ({ ask: 'size', list: 'groups', is: 'least', size })),
    ...[0, 1, 2].map((size): Question => ({ ask: 'size', list: 'groups', is: 'exactly', size })),
  ),
  fc.constantFrom<Question>({ ask: 'holds', list: 'factors', value: 'totp' }, { ask: 'holds', list: 'factors', value: 'password' }),
  fc
    .tuple(fc.constantFrom('least', 'exactly'), fc.integer({ min: 1, max: 3 }))
    .map(([is, size]): Question => ({ ask: 'size', list: 'kba', is, size })),
  fact,
  fact,
]

function questionOf(leaf: fc.Arbitrary<Question>): fc.Arbitrary<Question> {
  const turned = fc.oneof(
    leaf,
    leaf.map((of): Question => ({ ask: 'not', of })),
  )
  const both = fc.record({ ask: fc.constantFrom('all', 'any'), of: fc.array(turned, { minLength: 2, maxLength: 2 }) })
  return fc.oneof(
    { weight: 4, arbitrary: turned },
    { weight: 2, arbitrary: both },
    { weight: 1, arbitrary: both.map((of): Question => ({ ask: 'not', of })) },
  )
}

const input = fc.constantFrom<Question>({ ask: 'input', name: 'mode', value: 'a' }, { ask: 'input', name: 'mode', value: 'b' })

const OPTIONS = ['emailValidation', 'smsValidation', 'totp', 'kba', 'kba', 'currentPassword', 'device', 'parameters', 'confirm'] as const
const OTHERS = [
  'classify',
  'profile',
  'check',
  'restriction',
  'parameters',
  'reset',
  'issueSession',
  'firstPassword',
  'userQuery',
  'signedIn',
  'trustedCaller',
] as const

interface Parts {
  readonly when: fc.Arbitrary<Question | undefined>
  readonly onFail: fc.Arbitrary<Jump | undefined>
}

function stepOf(types: fc.Arbitrary<string>, { when, onFail }: Parts): fc.Arbitrary<RoughStep> {
  return fc.record({ is: fc.constant('step' as const), type: types, when, onFail })
}

function roughOf(families: readonly fc.Arbitrary<Question>[]): fc.Arbitrary<Rough> {
  const leaf = fc.oneof(...families)
  const question = questionOf(leaf)
  const rarely = <T>(arbitrary: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { nil: undefined, freq })
  // `freq` counts the values for each undefined: the parts are turned round, so that most steps have neither.
  const seldom = <T>(arbitrary: fc.Arbitrary<T>, of: number): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight: of, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
  const onFail = seldom(fc.oneof(fc.constantFrom<Jump>('restart', 'end'), fc.nat(9)), 6)
  const parts: Parts = { when: seldom(question, 2), onFail }
  const inside: Parts = { when: rarely(fc.oneof(question, input, questionOf(fc.oneof(leaf, input))), 1), onFail }
  const choiceOf = (some: Parts): fc.Arbitrary<RoughChoice> =>
    fc.record({
      is: fc.constant('choose' as const),
      options: fc.array(stepOf(fc.constantFrom(...OPTIONS), some), { minLength: 1, maxLength: 3 }),
      when: seldom(question, 3),
      onFail: some.onFail,
    })
  const types = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<string>(...OPTIONS) },
    { weight: 1, arbitrary: fc.constantFrom<string>(...OTHERS) },
  )
  const item = (some: Parts): fc.Arbitrary<RoughStep | RoughChoice> =>
    fc.oneof({ weight: 3, arbitrary: stepOf(types, some) }, { weight: 1, arbitrary: choiceOf(some) })
  const include = fc.record({ is: fc.constant('include' as const), mode: fc.constantFrom('a', 'b'), when: seldom(question, 2) })
  const plain = (type: string): RoughStep => ({ is: 'step', type, when: undefined, onFail: undefined })
  return fc.record({
    require: fc.oneof(
      { weight: 5, arbitrary: fc.record({ factors: fc.constantFrom(1, 1, 2, 3), distinctChannels: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constant('vouched' as const) },
    ),
    unknownAccount: fc.constantFrom('hide', 'hide', 'hide', 'reveal'),
    opening: fc.constantFrom(
      [],
      [plain('userQuery')],
      [plain('userQuery')],
      [plain('parameters'), plain('userQuery')],
      [plain('signedIn')],
      [plain('trustedCaller'), plain('userQuery')],
      [plain('userQuery'), plain('emailValidation')],
      [plain('userQuery'), plain('profile')],
      [plain('userQuery'), plain('emailValidation'), plain('classify')],
      // A silent step that goes back to a silent step.
      [plain('userQuery'), plain('check'), { ...plain('restriction'), onFail: 1 }],
    ),
    middle: fc.array(fc.oneof({ weight: 5, arbitrary: item(parts) }, { weight: 1, arbitrary: include }), { maxLength: 4 }),
    end: fc.oneof(
      fc.constant([]),
      ...['reset', 'reset', 'issueSession', 'firstPassword'].map((type) => stepOf(fc.constant(type), parts).map((step) => [step])),
    ),
    fragment: fc.array(item(inside), { minLength: 1, maxLength: 2 }),
    guards: fc.tuple(fc.boolean(), fc.boolean()),
    spelling: fc.nat(1_000_000),
  })
}

export const generated: fc.Arbitrary<Generated> = fc
  .subarray([...FAMILIES.keys()], { minLength: 1, maxLength: 2 })
  .chain((indices) => roughOf(indices.flatMap((index) => FAMILIES[index] ?? [])))
  .map((rough) => ({ flow: settled(rough), spelling: rough.spelling }))
  .filter(({ flow }) => flow.items.length > 0 && !asksAheadTwice(flow) && picksIn(flow.items) <= MOST_PICKS)

/** So many combinations of picks are walked one by one in no time. */
const MOST_PICKS = 250

function picksIn(items: readonly Item[]): number {
  return items.reduce(
    (picks, item) => picks * (item.is === 'include' ? picksIn(item.items) : item.is === 'choose' ? item.options.length : 1),
    1,
  )
}

/**
 * A fact that is asked for before it is written is a mistake, and has its report. What a second question would then come to is nobody's
 * business: such flows are left out.
 */
function asksAheadTwice({ items }: Flow): boolean {
  const asked: string[] = []
  const ahead = new Set<string>()
  const seen = new Set<string>()
  const look = (item: Item, prefix: string): void => {
    const whens = [item, ...(item.is === 'choose' ? item.options : [])].flatMap(({ when }) => when ?? [])
    // The condition of an include is that of each of its steps.
    const times = item.is === 'include' ? item.items.length : 1
    for (const { step, fact: name } of whens.flatMap(leavesOf).flatMap(factsIn)) {
      asked.push(...Array.from({ length: times }, () => `${prefix}${step}.${name}`))
      if (!seen.has(prefix + step)) ahead.add(`${prefix}${step}.${name}`)
    }
    if (item.is === 'include') for (const inner of item.items) look(inner, `${item.id}.`)
    else for (const { id } of item.is === 'choose' ? item.options : [item]) seen.add(prefix + id)
  }
  for (const item of items) look(item, '')
  return [...ahead].some((name) => asked.filter((one) => one === name).length > 1)
}
