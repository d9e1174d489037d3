import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCel } from '../../src/condition/cel.js'
import { linkAtom } from '../../src/condition/evaluate.js'
import type { ConditionWorld } from '../../src/condition/evaluate.js'
import { readCondition } from '../../src/condition/read-condition.js'
import type { Condition } from '../../src/machine/condition.js'
import { decide } from '../../src/machine/condition.js'
import { isJsonObject } from '../../src/step/json.js'
import type { Json, JsonObject } from '../../src/step/json.js'
import { SCOPE } from './scope.js'

/** How many times as many runs as usual. */
const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)

const NAMES = ['a', 'b', 'ab', 'Ä"\\'] as const
const name = fc.constantFrom(...NAMES)
const literal = name.map((each) => JSON.stringify(each))
const number = fc.constantFrom('-1', '0', '1', '2', '3', '1.5', '2.0')
const order = fc.constantFrom('<', '<=', '>', '>=')
const relation = fc.constantFrom('<', '<=', '>', '>=', '==', '!=')
const wholeRelation = fc.constantFrom('<= -1', '> 0', '== 0', '!= 1', '>= 2.0', '== 2', '< 3', '> 1.5', '<= 1.5')
const text = fc.constantFrom('principal.userName', 'principal.id', 'principal.userName.lowerAscii()', 'inputs.audience')
const list = fc.constantFrom('principal.groups', 'principal.kba', 'facts.parameters.tags', 'inputs.groups', 'inputs.none')

function join(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  return fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((pieces) => pieces.join(''))
}

/** Tests about an element of a list, `x`. */
const ofElement = fc.oneof(
  join('x == ', literal),
  join('x in ', list),
  join('x.contains(', literal, ')'),
  join('x != ', text),
  join('x in [', literal, ',', literal, ']'),
)

const { question } = fc.letrec<{ question: string; plain: string }>((tie) => ({
  plain: fc.oneof(
    join(text, fc.constantFrom(' == ', ' != '), fc.oneof(literal, text)),
    join(literal, ' == ', text),
    join(text, '.startsWith(', literal, ')'),
    join('principal.state', fc.constantFrom(' == ', ' != '), fc.constantFrom('"active"', "'locked'")),
    join('principal.state in [', fc.constantFrom('"active"', '"active", "locked"', ''), ']'),
    join('size(', list, ') ', wholeRelation),
    join(number, ' ', order, ' facts.parameters.count'),
    join('facts.parameters.count ', wholeRelation),
    join('facts.parameters.count ', relation, ' facts.inner.code.tries'),
    join(literal, ' in ', list),
    join(text, ' in ', list),
    join(list, fc.constantFrom('.exists(x, ', '.all(x, '), ofElement, fc.constantFrom(' && ', ' || !'), '(', ofElement, '))'),
    join(fc.constantFrom('principal.groups', 'facts.parameters.tags'), '.exists_one(x, ', ofElement, ')'),
    fc.constantFrom(
      'facts.parameters.flag',
      'inputs.on',
      'true',
      'false',
      'has(principal.mail)',
      'has(facts.parameters.note)',
      'facts.parameters.flag == false',
    ),
    join('(has(principal.mail) && principal.mail ', fc.constantFrom('==', '!='), ' ', literal, ')'),
    join('(!has(principal.age) || principal.age ', fc.constantFrom('<', '<=', '>', '>='), ' ', number, ')'),
    join('(has(principal.score) ? principal.score ', relation, ' ', number, ' : ', tie('plain'), ')'),
    join('(has(principal.vip) && principal.vip != ', fc.constantFrom('true', 'false'), ')'),
    join('facts.parameters.rows.exists(r, has(r.of) && r.of ', fc.constantFrom('==', '!='), ' r.id)'),
  ),
  question: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('plain'),
    join('(', tie('question'), ' && ', tie('question'), ')'),
    join('(', tie('question'), ' || ', tie('question'), ')'),
    join('!(', tie('question'), ')'),
    join('(', tie('question'), ' ? ', tie('question'), ' : ', tie('question'), ')'),
    join('(', tie('question'), ') == ', fc.constantFrom('true', 'false')),
  ),
}))

const names = fc.array(name, { maxLength: 3 })
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const whole = fc.integer({ min: -1, max: 4 })

const world: fc.Arbitrary<ConditionWorld> = fc
  .record({
    principal: fc.record({ id: name, userName: name, state: fc.constantFrom('active', 'locked', 'disabled'), groups: names, kba: names }),
    perhaps: fc.record({ mail: some(name), age: some(whole), score: some(fc.constantFrom(-1, 1.5, 2, 3.25)), vip: some(fc.boolean()) }),
    parameters: fc.record({
      count: whole,
      flag: fc.boolean(),
      tags: names,
      rows: fc.array(fc.record({ id: name, of: some(name) }).map(present), { maxLength: 3 }),
    }),
    note: some(name),
    code: fc.record({ tries: whole }),
  })
  .map(({ principal, perhaps, parameters, note, code }) => ({
    principal: { ...principal, ...present(perhaps) },
    facts: { 'confirm.parameters': { ...parameters, ...present({ note }) }, 'confirm.inner.code': code },
  }))

function present(members: Readonly<Record<string, string | number | boolean | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

function byTree(condition: Condition, of: ConditionWorld): boolean | string {
  const decided = new Map<string, boolean>()
  for (;;) {
    const answer = decide(condition, decided)
    if (answer.is === 'decided') return answer.holds
    const outcome = linkAtom(answer.atom)(of)
    if (outcome.is === 'fault') return outcome.reason
    decided.set(answer.atom, outcome.holds)
  }
}

/** What the library says of the text as it was written. */
function byLibrary(written: string, { principal, facts }: ConditionWorld): unknown {
  const parsed = parseCel(written)
  if (parsed.is === 'unparsed') throw new Error(parsed.reason)
  const inputs = { audience: 'staff', groups: ['a', 'b'], none: [], least: 3n, on: true }
  return parsed.ask({ principal, facts: { parameters: facts['confirm.parameters'], inner: { code: facts['confirm.inner.code'] } }, inputs })
}

test('the tree of a condition says what the condition says, of every world, and never faults', () => {
  let trees = 0
  fc.assert(
    fc.property(question, fc.array(world, { minLength: 3, maxLength: 6 }), (written, worlds) => {
      const read = readCondition(written, SCOPE)
      // Refused for another reason than its words: too long, or too many ways.
      if (read.is === 'faulty') {
        expect(read.faults.map((each) => each.message).join()).toMatch(/longer than|too many ways/)
        return
      }
      trees++
      const answers = worlds.map((of) => byTree(read.condition, of))
      expect([written, answers]).toEqual([written, worlds.map((of) => byLibrary(written, of))])
    }),
    { numRuns: 1000 * FUZZ },
  )
  expect(trees).toBeGreaterThan(800 * FUZZ)
})

test('what every world fits into is decided as its constant', () => {
  fc.assert(
    fc.property(question, world, (written, of) => {
      const read = readCondition(`(${written}) || true`, SCOPE)
      if (read.is === 'faulty') return
      expect(byTree(read.condition, of)).toBe(true)
    }),
    { numRuns: 200 * FUZZ },
  )
})

const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)))
const bent = fc.record({
  principal: fc.oneof(
    json.filter(isJsonObject),
    fc.dictionary(fc.constantFrom('id', 'userName', 'groups', 'kba', 'state', 'mail', 'age', 'vip', '__proto__', 'constructor'), json),
  ),
  facts: fc.dictionary(
    fc.constantFrom('confirm.parameters', 'confirm', 'confirm.inner.code', '__proto__', 'constructor'),
    fc.dictionary(fc.constantFrom('count', 'flag', 'tags', 'rows', 'inner', 'parameters', '__proto__'), json),
  ),
})

test('an atom answers a bent world with true, false or a fault, and never throws', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(question, bent, (written, of) => {
      const read = readCondition(written, SCOPE)
      if (read.is === 'faulty') return
      const answer = byTree(read.condition, of)
      seen.add(typeof answer)
    }),
    { numRuns: 1000 * FUZZ },
  )
  expect([...seen].toSorted()).toEqual(['boolean', 'string'])
})

const pieces = fc.constantFrom(
  'principal',
  'facts',
  'inputs',
  'mail',
  'state',
  'groups',
  'parameters',
  'count',
  'inner',
  'code',
  'tries',
  'x',
  'it',
  'cel',
  'null',
  'true',
  'false',
  'in',
  'has',
  'size',
  'exists',
  'all',
  'exists_one',
  'matches',
  'map',
  'filter',
  'bind',
  'dyn',
  '__proto__',
  'constructor',
  '.',
  '.',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '?',
  '?.',
  '!',
  '-',
  '+',
  '*',
  '/',
  '%',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '&&',
  '||',
  '=',
  '&',
  '|',
  '"',
  "'",
  '\\',
  '//',
  '\n',
  ' ',
  '\0',
  '\uD800',
  '\u201C',
  '"active"',
  "'''a\nb'''",
  'r"\\"',
  'b"x"',
  '1',
  '-1',
  '1.5',
  '1e400',
  '0x',
  '9'.repeat(30),
  '1u',
  '"\\uD800"',
  'has(principal.mail)',
  'principal.groups.exists(x, ',
  'facts.parameters.count',
)

test('SEC-50 reads any text without throwing, as a condition that links or as faults within the text', () => {
  const seen = new Set<string>()
  const written = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(' ')),
    fc
      .tuple(question, pieces, fc.nat())
      .map(([each, piece, at]) => each.slice(0, at % (each.length + 1)) + piece + each.slice(at % (each.length + 1))),
    fc
      .tuple(question, fc.nat(), fc.nat(3))
      .map(([each, at, length]) => each.slice(0, at % (each.length + 1)) + each.slice((at % (each.length + 1)) + length)),
    fc
      .tuple(fc.constantFrom('!', '(', '-', '[', 'has(', 'x.', 'true?', 'true&&'), fc.nat(1200))
      .map(([piece, times]) => piece.repeat(times)),
  )
  fc.assert(
    fc.property(written, (each) => {
      const read = readCondition(each, SCOPE)
      seen.add(read.is)
      if (read.is === 'condition') return linked(read.condition)
      return (
        read.faults.length > 0 &&
        read.faults.every(({ start, end, replacement }) => {
          const isInside = start >= 0 && start <= end && end <= each.length
          return isInside && (replacement === undefined || readCondition(replacement, SCOPE).is === 'condition')
        })
      )
    }),
    { numRuns: 20_000 * FUZZ },
  )
  expect([...seen].toSorted()).toEqual(['condition', 'faulty'])
})

/** True when each atom can be asked; linking throws for others. */
function linked(condition: Condition): boolean {
  if (condition.is === 'cel') return typeof linkAtom(condition.text) === 'function'
  return condition.is === 'not' ? linked(condition.of) : condition.of.every(linked)
}

test('a text of one sign, as long as may be, is refused', () => {
  for (const sign of ['!', '(', '-', '[', 'has(', 'x.', 'true?', 'true&&', 'principal.', '"', '//', '{']) {
    const read = readCondition(sign.repeat(Math.floor(1000 / sign.length)), SCOPE)
    expect([sign, read.is]).toEqual([sign, 'faulty'])
  }
})
