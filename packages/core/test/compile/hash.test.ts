import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { compileFlows, durationSeconds, SourceFile } from '../../src/index.js'
import { registry } from './registry.js'

/** A flow as plain data; every member decides behaviour unless it is listed as wording. */
interface Behaviour {
  readonly flow: string
  readonly expires: string
  readonly unknownAccount: 'hide' | 'reveal'
  readonly require: { readonly factors: number; readonly distinctChannels: boolean }
  readonly limits: {
    readonly failures: { readonly principal: string }
    readonly starts: { readonly address: string }
    readonly messages: { readonly conversation: number; readonly destination: string }
  }
  readonly steps: readonly (StepBehaviour | { readonly choose: readonly StepBehaviour[]; readonly id: string })[]
}

interface StepBehaviour {
  readonly type: string
  readonly id: string
  readonly attempts: number
  readonly settings: Readonly<Record<string, unknown>>
}

const rate = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('m', 'h', 'd')).map(([count, unit]) => `${count}/${unit}`)
const middle = fc.constantFrom<StepBehaviour>(
  { type: 'kba', id: 'kba', attempts: 3, settings: { ask: 2 } },
  { type: 'totp', id: 'app', attempts: 2, settings: { digits: 8 } },
  { type: 'acme/confirm', id: 'confirm', attempts: 5, settings: { style: { theme: 'x' }, lines: { a: '1', b: '2' } } },
)
const options = fc.uniqueArray(
  fc.constantFrom<StepBehaviour>(
    { type: 'totp', id: 'either', attempts: 3, settings: { digits: 8 } },
    { type: 'smsValidation', id: 'or', attempts: 3, settings: { apiKey: '${KEY}' } },
    { type: 'emailValidation', id: 'third', attempts: 3, settings: { length: 9 } },
  ),
  { selector: ({ id }) => id, minLength: 2 },
)
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  flow: fc.constantFrom('a', 'b', 'password-reset'),
  expires: fc.tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('s', 'm', 'h')).map(([count, unit]) => `${count}${unit}`),
  unknownAccount: fc.constantFrom('hide', 'reveal'),
  require: fc.record({ factors: fc.integer({ min: 1, max: 2 }), distinctChannels: fc.boolean() }),
  limits: fc.record({
    failures: fc.record({ principal: rate }),
    starts: fc.record({ address: rate }),
    messages: fc.record({
      conversation: fc.integer({ min: 1, max: 9 }),
      destination: fc.integer({ min: 1, max: 9 }).map((count) => `${count}/h`),
    }),
  }),
  steps: fc
    .tuple(
      fc.uniqueArray(middle, { selector: ({ id }) => id }),
      fc.integer({ min: 8, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.option(options, { nil: undefined }),
      fc.constantFrom('pick', 'choose'),
    )
    .map(([between, length, attempts, choose, id]) => [
      { type: 'parameters', id: 'parameters', attempts: 5, settings: { names: ['x'] } },
      { type: 'userQuery', id: 'userQuery', attempts: 5, settings: {} },
      { type: 'emailValidation', id: 'mail', attempts, settings: { length } },
      { type: 'smsValidation', id: 'smsValidation', attempts: 1, settings: { apiKey: '${KEY}' } },
      ...between,
      ...(choose ? [{ choose, id }] : []),
      { type: 'reset', id: 'reset', attempts, settings: {} },
    ]),
})

/** Turns what should not matter: layout, quotes, order of keys, titles, options of dialects, comments. */
interface Wording {
  readonly reversed: boolean
  readonly flowStyle: boolean
  readonly quotes: boolean
  readonly indent: number
  readonly comment: boolean
  readonly title: string | undefined
  readonly style: 'plain' | 'rich'
}

const wording: fc.Arbitrary<Wording> = fc.record({
  reversed: fc.boolean(),
  flowStyle: fc.boolean(),
  quotes: fc.boolean(),
  indent: fc.integer({ min: 2, max: 6 }),
  comment: fc.boolean(),
  title: fc.option(fc.constantFrom('Title', 'Titel'), { nil: undefined }),
  style: fc.constantFrom('plain', 'rich'),
})

function write(behaviour: Behaviour, how: Wording): string {
  const { steps, ...rest } = behaviour
  const title = how.title === undefined ? {} : { title: how.title }
  const writeStep = ({ type, settings, id, attempts }: StepBehaviour) => ({ [type]: settings, id, attempts, ...title })
  const items = steps.map((step) => ('choose' in step ? { choose: step.choose.map(writeStep), id: step.id, ...title } : writeStep(step)))
  const flow = turned({ ...rest, ...title, speaks: { idp: { style: how.style } }, steps: items }, how.reversed)
  const text = stringify(flow, {
    indent: how.indent,
    collectionStyle: how.flowStyle ? 'flow' : 'block',
    defaultStringType: how.quotes ? 'QUOTE_DOUBLE' : 'PLAIN',
    defaultKeyType: 'PLAIN',
  })
  return how.comment ? `# a comment\n\n${text}# another\n` : text
}

/** The same value with the keys of every mapping in reverse, but for items of lists, whose first key names the step. */
function turned(value: unknown, reversed: boolean): unknown {
  if (!reversed || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => turned(item, reversed))
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member, reversed)]),
  )
}

function hashOf(text: string): string {
  const { flows, diagnostics } = compileFlows([new SourceFile('flow.yaml', text)], registry)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return flows[0]?.hash ?? `none: ${errors.map(({ message }) => message).join('; ')}\n${text}`
}

test('the hash does not depend on how a flow is written', () => {
  fc.assert(
    fc.property(behaviour, wording, wording, (flow, one, other) => {
      const hash = hashOf(write(flow, one))
      expect(hash).toMatch(/^[\w-]{43}$/)
      expect(hashOf(write(flow, other))).toBe(hash)
    }),
    { numRuns: 100 },
  )
})

test('two flows have one hash exactly when they behave alike', () => {
  const plain: Wording = { reversed: false, flowStyle: false, quotes: false, indent: 2, comment: false, title: undefined, style: 'plain' }
  const seconds = (flow: Behaviour) => ({ ...flow, expires: durationSeconds(flow.expires) })
  fc.assert(
    fc.property(behaviour, behaviour, (one, other) => {
      const alike = JSON.stringify(seconds(one)) === JSON.stringify(seconds(other))
      expect(hashOf(write(one, plain)) === hashOf(write(other, plain))).toBe(alike)
    }),
    { numRuns: 100 },
  )
})

const BASE = `flow: a
expires: 15m
unknownAccount: hide
require: { factors: 1, distinctChannels: true }
limits: { failures: { principal: 5/h }, starts: { address: 600/h }, messages: { conversation: 3, destination: 5/h } }
steps:
  - userQuery
  - emailValidation: { length: 8 }
    attempts: 5
  - reset
`

test.for([
  ['the id', 'flow: a', 'flow: b'],
  ['the life', '15m', '16m'],
  ['what strangers are told', 'hide', 'reveal'],
  ['the factors', 'factors: 1', 'factors: 0x1', 'same'],
  ['the channels', 'distinctChannels: true', 'distinctChannels: false'],
  ['the failures', 'principal: 5/h', 'principal: 6/h'],
  ['the starts', '600/h', '600/m'],
  ['the messages', 'conversation: 3', 'conversation: 4'],
  ['the destinations', 'destination: 5/h', 'destination: 4/h'],
  ['a setting', 'length: 8', 'length: 9'],
  ['a default written out', 'length: 8', 'template: reset-code', 'same'],
  ['the attempts', 'attempts: 5', 'attempts: 4'],
  ['an id of a step', 'attempts: 5', 'id: mail'],
  ['a step more', '  - reset\n', '  - kba\n  - reset\n'],
  ['a step less', '  - reset\n', ''],
  ['the order', '  - userQuery\n', '  - parameters\n  - userQuery\n'],
  ['a title', 'expires: 15m', 'title: x', 'same'],
  ['a unit', '15m', '900s', 'same'],
  ['a window', 'principal: 5/h', 'principal: 5/60m', 'same'],
  ['a choice in place of a step', '  - userQuery\n', '  - userQuery\n  - choose: [totp, kba]\n'],
  [
    'a choice of one',
    '  - emailValidation: { length: 8 }\n    attempts: 5\n',
    '  - choose: [{ emailValidation: { length: 8 }, attempts: 5 }]\n',
    'same',
  ],
  ['a dialect', 'expires: 15m', 'speaks: [idp, kiosk]', 'same'],
  ['line breaks', '\n', '\r\n', 'same'],
] as const)('changing %s changes the hash unless it is wording', ([, from, to, same = 'other']) => {
  const hash = hashOf(BASE.replaceAll(from, to))
  expect(hash).toMatch(/^[\w-]{43}$/)
  expect(hash === hashOf(BASE) ? 'same' : 'other').toBe(same)
})
