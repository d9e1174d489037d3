import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { consistent, domainsOf, outcomesOf } from '../../src/condition/consistent.js'
import type { Outcome } from '../../src/condition/consistent.js'
import { linkAtom } from '../../src/condition/evaluate.js'
import type { ConditionWorld } from '../../src/condition/evaluate.js'
import type { Condition } from '../../src/machine/condition.js'
import { decide } from '../../src/machine/condition.js'
import type { JsonObject } from '../../src/step/json.js'
import { SCOPE, treeOf } from './scope.js'

/** How many times as many runs as usual. */
const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)

const DOMAINS = domainsOf(SCOPE)

test('finds what enumerations allow', () => {
  expect([...DOMAINS]).toEqual([
    ['principal.state', ['"active"', '"locked"', '"disabled"']],
    ['facts.confirm.parameters.audience', ['"staff"', '"public"']],
  ])
})

test.for([
  [true, { 'principal.state == "active"': true, 'principal.state == "locked"': false }],
  [false, { 'principal.state == "active"': true, 'principal.state == "locked"': true }],
  [true, { 'principal.state == "active"': false, 'principal.state == "locked"': false }],
  [false, { 'principal.state == "active"': false, 'principal.state == "locked"': false, 'principal.state == "disabled"': false }],
  [false, { 'principal.state in ["active", "locked"]': false, 'principal.state == "disabled"': false }],
  [false, { 'facts.confirm.parameters.audience == "staff"': false, 'facts.confirm.parameters.audience == "public"': false }],
  [true, { 'principal.userName == "a"': false, 'principal.userName == "b"': false }],
  [false, { 'principal.userName == "a"': true, 'principal.userName in ["b", "c"]': true }],
  [true, { 'principal.userName == "a"': true, 'principal.userName in ["a", "c"]': true }],
  [false, { 'principal.userName.lowerAscii() == "a"': true, 'principal.userName.lowerAscii() == "b"': true }],
  [false, { 'principal.age >= 2': false, 'principal.age >= 3': true }],
  [true, { 'principal.age >= 2': true, 'principal.age >= 3': false }],
  [false, { 'principal.age >= 2': true, 'principal.age >= 3': false, 'principal.age == 2': false }],
  [false, { 'principal.age >= 2': true, 'principal.age == -1': true }],
  [true, { 'principal.score >= 2.0': true, 'principal.score > 2.0': false }],
  [false, { 'principal.score >= 2.0': true, 'principal.score > 2.0': false, 'principal.score == 2.0': false }],
  [true, { 'principal.score > 2.0': true, 'principal.score >= 2.5': false }],
  [false, { 'size(principal.groups) >= 1': false, '"a" in principal.groups': true }],
  [false, { 'size(principal.groups) >= 2': false, '"a" in principal.groups': true, '"b" in principal.groups': true }],
  [true, { 'size(principal.groups) >= 2': false, '"a" in principal.groups': true, '"b" in principal.groups': false }],
  [false, { 'size(principal.groups) >= 1': false, 'principal.groups.exists(it, it.startsWith("a"))': true }],
  [false, { 'has(principal.mail)': false, 'principal.mail == "a"': true }],
  [false, { 'has(principal.mail)': false, 'principal.mail.endsWith("a") ': true }],
  [false, { 'has(facts.a.device)': false, 'has(facts.a.device.age)': true }],
  [true, { 'has(principal.mail)': false, 'has(principal.phone)': true }],
  [true, { 'principal.userName.startsWith("a")': true, 'principal.userName.endsWith("a")': false }],
  [true, {}],
] as const)('says %s of %o', ([possible, decisions]) => {
  expect(consistent(new Map(Object.entries(decisions)), DOMAINS)).toBe(possible)
})

test('walks all ways, those that hold first, on top of what is decided', () => {
  const condition = treeOf('principal.state == "active" || (size(principal.kba) >= 2 && principal.state != "locked")')
  const ways = (decided: ReadonlyMap<string, boolean>): unknown =>
    outcomesOf(condition, decided, DOMAINS).map((each) => [each.holds, Object.fromEntries(each.decided)])
  expect(ways(new Map())).toEqual([
    [true, { 'principal.state == "active"': true }],
    [true, { 'principal.state == "active"': false, 'size(principal.kba) >= 2': true, 'principal.state == "locked"': false }],
    [false, { 'principal.state == "active"': false, 'size(principal.kba) >= 2': true, 'principal.state == "locked"': true }],
    [false, { 'principal.state == "active"': false, 'size(principal.kba) >= 2': false }],
  ])
  expect(
    ways(
      new Map([
        ['principal.state == "disabled"', true],
        ['size(principal.kba) >= 3', true],
      ]),
    ),
  ).toEqual([
    [
      true,
      {
        'principal.state == "disabled"': true,
        'size(principal.kba) >= 3': true,
        'principal.state == "active"': false,
        'size(principal.kba) >= 2': true,
        'principal.state == "locked"': false,
      },
    ],
  ])
})

/** Tests that are weighed exactly, by what of a person they are about. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  state: ['principal.state == "active"', 'principal.state in ["locked", "active"]', 'principal.state != "disabled"'],
  userName: ['principal.userName == "a"', 'principal.userName in ["a", "b"]', '"b" == principal.userName', 'principal.userName != "c"'],
  groups: [
    '"x" in principal.groups',
    '"y" in principal.groups',
    'size(principal.groups) >= 1',
    'size(principal.groups) < 3',
    'size(principal.groups) == 2',
    'principal.groups.exists(g, g == "x" || g == "y")',
  ],
  age: [
    '(has(principal.age) && principal.age > 17)',
    '(!has(principal.age) || principal.age != 17)',
    '(has(principal.age) && principal.age in [16, 18])',
    'has(principal.age)',
  ],
  score: [
    '(has(principal.score) && principal.score > 1)',
    '(has(principal.score) && principal.score >= 1)',
    '(!has(principal.score) || principal.score == 1.5)',
  ],
  vip: ['(has(principal.vip) && principal.vip)', '(!has(principal.vip) || !principal.vip)'],
}

/** Values that lie in every way to the literals above. */
const VALUES: Readonly<Record<string, readonly (string | number | boolean | readonly string[] | undefined)[]>> = {
  state: ['active', 'locked', 'disabled'],
  userName: ['a', 'b', 'c', 'd'],
  groups: [[], ['x'], ['y'], ['x', 'y']].flatMap((held) =>
    [0, 1, 2, 3].map((more) => [...held, ...Array.from({ length: more }, (_, index) => `more${index}`)]),
  ),
  age: [undefined, 15, 16, 17, 18, 19],
  score: [undefined, 0, 1, 1.25, 1.5, 2],
  vip: [undefined, true, false],
}

/** Every person that differs in what is asked about. */
function people(about: readonly string[]): readonly JsonObject[] {
  return about.reduce<readonly JsonObject[]>(
    (found, attribute) =>
      found.flatMap((person) =>
        (VALUES[attribute] ?? []).map((value) => (value === undefined ? person : { ...person, [attribute]: value })),
      ),
    [{}],
  )
}

function outcomeIn(condition: Condition, world: ConditionWorld): Outcome {
  const decided = new Map<string, boolean>()
  for (;;) {
    const answer = decide(condition, decided)
    if (answer.is === 'decided') return { holds: answer.holds, decided }
    const outcome = linkAtom(answer.atom)(world)
    if (outcome.is === 'fault') throw new Error(outcome.reason)
    decided.set(answer.atom, outcome.holds)
  }
}

const keyOf = ({ holds, decided }: Outcome): string => JSON.stringify([holds, ...decided])

const mixed = fc
  .subarray(Object.keys(TESTS), { minLength: 1, maxLength: 2 })
  .chain((about) =>
    fc
      .tuple(
        fc.array(
          fc.tuple(fc.constantFrom(...about.flatMap((each) => TESTS[each] ?? [])), fc.constantFrom(' && ', ' || ', ' && !', ' || !')),
          { minLength: 1, maxLength: 5 },
        ),
        fc.boolean(),
      )
      .map(([parts, nested]) => ({ about, written: written(parts, nested) })),
  )

function written(parts: readonly (readonly [string, string])[], nested: boolean): string {
  return parts.reduce((text, [part, sign]) => (text === '' ? part : nested ? `(${text})${sign}(${part})` : `${text}${sign}(${part})`), '')
}

test('the ways of a condition are exactly those that some person takes', () => {
  fc.assert(
    fc.property(mixed, ({ about, written: text }) => {
      const condition = treeOf(text)
      const taken = new Set(people(about).map((principal) => keyOf(outcomeIn(condition, { principal, facts: {} }))))
      const found = outcomesOf(condition, new Map(), DOMAINS).map(keyOf)
      expect([text, found.toSorted()]).toEqual([text, [...taken].toSorted()])
      expect(new Set(found).size).toBe(found.length)
    }),
    { numRuns: 400 * FUZZ },
  )
})

test('the ways of a second condition after a first are those that some person takes', () => {
  fc.assert(
    fc.property(mixed, mixed, (one, other) => {
      const [first, second] = [treeOf(one.written), treeOf(other.written)]
      const found = new Set(
        outcomesOf(first, new Map(), DOMAINS).flatMap((way) =>
          outcomesOf(second, way.decided, DOMAINS).map((next) => JSON.stringify([way.holds, next.holds])),
        ),
      )
      const taken = new Set(
        people([...new Set([...one.about, ...other.about])]).map((principal) => {
          const world = { principal, facts: {} }
          return JSON.stringify([outcomeIn(first, world).holds, outcomeIn(second, world).holds])
        }),
      )
      expect([one.written, other.written, [...found].toSorted()]).toEqual([one.written, other.written, [...taken].toSorted()])
    }),
    { numRuns: 60 * FUZZ },
  )
})
