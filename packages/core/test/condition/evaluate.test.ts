import { expect, test } from 'vitest'
import type { AtomOutcome, ConditionWorld } from '../../src/condition/evaluate.js'
import { linkAtom } from '../../src/condition/evaluate.js'
import type { JsonObject } from '../../src/step/json.js'

function ask(text: string, world: ConditionWorld): AtomOutcome['is'] | boolean {
  const outcome = linkAtom(text)(world)
  return outcome.is === 'decided' ? outcome.holds : outcome.is
}

const JON: JsonObject = { id: '1', userName: 'jon', state: 'active', groups: ['staff', 'it'], kba: [], age: 18, score: 2, vip: true }
const WORLD: ConditionWorld = {
  principal: JON,
  facts: { parameters: { audience: 'staff', count: 3 }, 'confirm.code': { tries: 1, device: { id: 'a' } } },
}

test.for([
  ['principal.state == "active"', true],
  ['principal.state in ["disabled", "locked"]', false],
  ['principal.age >= 18', true],
  ['principal.age == 18', true],
  ['principal.age in [17, 18]', true],
  ['principal.score > 1.5', true],
  ['principal.score == 2.0', true],
  ['principal.vip', true],
  ['has(principal.mail)', false],
  ['"it" in principal.groups', true],
  ['principal.groups.exists(it, it.startsWith("st") && !(it == "staff"))', false],
  ['principal.groups.exists_one(it, it.contains("t") && it.endsWith("f"))', true],
  ['size(principal.kba) >= 1', false],
  ['principal.userName.upperAscii() == "JON"', true],
  ['facts.parameters.count >= 4', false],
  ['facts.confirm.code.tries == 1', true],
  ['facts.parameters.count >= facts.confirm.code.tries', true],
  ['has(facts.confirm.code.tries)', true],
  ['has(facts.confirm.code.device.age)', false],
  ['has(facts.confirm.other.tries)', false],
  ['has(facts.nobody.tries)', false],
] as const)('answers %s', ([text, holds]) => {
  expect(ask(text, WORLD)).toBe(holds)
})

test.for([
  ['a person who is not named', 'principal.state == "active"', { facts: {} }],
  ['a member that is absent', 'principal.mail == "x"', WORLD],
  ['a fact of a step that was not passed', 'facts.nobody.tries == 1', WORLD],
  ['a list that is a text', 'principal.groups.exists(it, it.startsWith("a"))', { ...WORLD, principal: { groups: 'abc' } }],
  ['a list that is null', '"a" in principal.groups', { ...WORLD, principal: { groups: null } }],
  ['a truth that is a text', 'principal.vip', { ...WORLD, principal: { vip: 'yes' } }],
  ['a number that is a text', 'principal.age >= 18', { ...WORLD, principal: { age: '18' } }],
  ['an object that claims a constructor', 'facts.a.b.c == "x"', { facts: { a: { b: { constructor: 'x' } } } }],
] as const)('takes %s for a fault, never for an answer', ([, text, world]) => {
  expect(ask(text, world)).toBe('fault')
})

test('what every object inherits is no fact and no attribute', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
    expect([
      name,
      ask(`has(principal.${name})`, WORLD),
      ask(`has(facts.parameters.${name})`, WORLD),
      ask(`has(facts.${name}.x)`, WORLD),
    ]).toEqual([name, false, false, false])
  }
})

test('facts named like parts of other steps, or like members of every object, stand beside each other', () => {
  const facts = {
    confirm: { code: { tries: 9 }, flag: true },
    'confirm.code': { tries: 1 },
    __proto__: { polluted: true },
    constructor: { x: 1 },
  }
  const world = { facts: { ...facts, ['__proto__']: { y: 2 } } }
  expect(ask('facts.confirm.flag', world)).toBe(true)
  expect(ask('facts.confirm.code.tries == 1', world)).toBe(true)
  expect(ask('facts.constructor.x == 1', world)).toBe(true)
  expect(ask('has(facts.parameters.polluted)', world)).toBe(false)
})

test('asking leaves the world as it was', () => {
  const facts = Object.freeze({ confirm: Object.freeze({ flag: true }), 'confirm.code': Object.freeze({ tries: 1 }) })
  const before = JSON.stringify(facts)
  ask('has(facts.confirm.other.x)', { facts })
  ask('has(facts.confirm.code.x)', { facts })
  expect(JSON.stringify(facts)).toBe(before)
})

test('lists of any length are asked', () => {
  const groups = Array.from({ length: 200_000 }, (_, index) => `g${index}`)
  const world = { principal: { groups, kba: ['g199999'] }, facts: {} }
  expect(ask('principal.groups.exists(it, it in principal.kba)', world)).toBe(true)
  expect(ask('size(principal.groups) >= 200000', world)).toBe(true)
  expect(ask('"no" in principal.groups', world)).toBe(false)
})

test.for([
  'principal.',
  '',
  '1 + 1 == 2',
  'principal.groups[0] == "a"',
  'principal.userName.matches("(a+)+$")',
  'principal.groups.exists(it, principal.groups.exists(it, it == "a"))',
  'principal.groups.map(it, it) == principal.groups',
  'dyn(principal.id) == "x"',
  'other.name == "x"',
  'it == "x"',
  'b"x" == b"x"',
  'principal',
])('links no %s', (text) => {
  expect(() => linkAtom(text)).toThrow(TypeError)
})
