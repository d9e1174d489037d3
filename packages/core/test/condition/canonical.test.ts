import { expect, test } from 'vitest'
import { readCondition } from '../../src/condition/read-condition.js'
import { drawn, SCOPE, treeOf } from './scope.js'

const ALWAYS = '[]'
const NEVER = 'never'

test.for([
  [
    'principal.state == "active"',
    [
      "'active' == principal.state",
      'principal . state=="active" // why',
      '!(principal.state != "active")',
      '!!(principal.state == r"active")',
      'principal.state in ["active"]',
      '(principal.state == "active") == true',
      'true == (principal.state == "active")',
      '(principal.state == "active") != false',
      'principal.state == "active" && true',
      'false || principal.state == "active"',
      'true ? principal.state == "active" : false',
      'principal.state == "active" && principal.state == "active"',
    ],
  ],
  [
    '!principal.state == "active"',
    [
      'principal.state != "active"',
      '!(principal.state == "active")',
      '(principal.state == "active") == false',
      'principal.state == "active" ? false : true',
    ],
  ],
  [
    'principal.state in ["active", "locked"]',
    ["principal.state in ['locked', 'active']", "principal.state in ['locked', 'active', 'locked']"],
  ],
  [
    'size(principal.kba) >= 2',
    [
      '1 < size(principal.kba)',
      'size(principal.kba) > 1',
      '2 <= size(principal.kba)',
      '!(size(principal.kba) < 2)',
      '!(size(principal.kba) <= 1)',
      'principal.kba.size() >= 2',
      'size(principal.kba) >= 0x2',
      'size(principal.kba) > 1.5',
    ],
  ],
  [
    '!size(principal.kba) >= 1',
    ['size(principal.kba) == 0', 'size(principal.kba) < 1', 'size(principal.kba) <= 0', '!(principal.kba.exists(k, true))'],
  ],
  [
    '[has(principal.mail) & principal.mail == "x"]',
    [
      'has(principal.mail) && principal.mail == "x"',
      'has(principal.mail) && has(principal.mail) && "x" == principal.mail',
      'has(principal.mail) ? principal.mail == "x" : false',
    ],
  ],
  [
    '[!has(principal.mail) | principal.mail == "x"]',
    ['!has(principal.mail) || principal.mail == "x"', '!(has(principal.mail) && principal.mail != "x")'],
  ],
  [
    '[has(principal.vip) & principal.vip]',
    [
      'has(principal.vip) && principal.vip',
      'has(principal.vip) && principal.vip == true',
      'has(principal.vip) && principal.vip != false',
      'has(principal.vip) && principal.vip in [true]',
    ],
  ],
  [
    '[has(principal.age) & principal.age >= 18]',
    [
      'has(principal.age) && principal.age >= 18',
      'has(principal.age) && principal.age > 17',
      'has(principal.age) && principal.age >= 18.0',
      'has(principal.age) && 17.2 < principal.age',
    ],
  ],
  [
    '[has(principal.score) & !principal.score > 2.0]',
    ['has(principal.score) && principal.score <= 2', 'has(principal.score) && 2.0 >= principal.score'],
  ],
  ['[has(principal.score) & principal.score == -1.5]', ['has(principal.score) && -1.5 == principal.score']],
  [
    'facts.confirm.parameters.audience == "staff"',
    [
      'facts.parameters.audience == "staff"',
      'facts.parameters.audience == inputs.audience',
      'inputs.audience == facts.parameters.audience && inputs.on',
    ],
  ],
  ['facts.confirm.inner.code.tries >= 3', ['facts.inner.code.tries >= inputs.least']],
  [
    '["a" in principal.groups | "b" in principal.groups]',
    [
      'inputs.groups.exists(g, g in principal.groups)',
      'principal.groups.exists(each, each in inputs.groups)',
      "'a' in principal.groups || 'b' in principal.groups",
    ],
  ],
  ['["a" in principal.groups & "b" in principal.groups]', ['inputs.groups.all(g, g in principal.groups)']],
  [
    'principal.groups.exists(it, it.startsWith("a"))',
    ['principal.groups.exists(g, g.startsWith("a"))', '!principal.groups.all(x, !x.startsWith("a"))'],
  ],
  [
    '!"x" in principal.groups',
    ['!("x" in principal.groups)', 'principal.groups.all(g, g != "x")', '!principal.groups.exists(g, g == "x")'],
  ],
  ['principal.groups.exists_one(it, it.contains("a") && !(it == "ab"))', ['principal.groups.exists_one(g, g.contains("a") && g != "ab")']],
  ['principal.id == principal.userName', ['principal.userName == principal.id']],
  [
    'facts.confirm.parameters.count >= facts.confirm.inner.code.tries',
    ['facts.inner.code.tries <= facts.parameters.count', '!(facts.parameters.count < facts.inner.code.tries)'],
  ],
  ['principal.userName.lowerAscii() == "jon"', ['"JON".lowerAscii() == principal.userName.lowerAscii()']],
  [
    'facts.confirm.parameters.rows.exists(it, has(it.of) && it.id == it.of)',
    ['facts.parameters.rows.exists(r, has(r.of) && r.of == r.id)'],
  ],
  ['principal.userName == "é\\u0007\\"😀"', [String.raw`principal.userName == "\u00e9\a\"\U0001F600"`]],
  [
    ALWAYS,
    [
      'true',
      'inputs.on',
      'inputs.least >= 3',
      'size(principal.kba) >= 0',
      'has(principal.userName)',
      'has(inputs.on)',
      '"a" in inputs.groups',
      'size("äö") == 2',
      'principal.id == principal.id',
      'inputs.none.all(x, x in principal.groups)',
      '!false || principal.state == "active"',
      '"abc".startsWith("ab") && "Ab".upperAscii() == "AB"',
      '1 == 1.0',
      'facts.parameters.flag in [true, false]',
    ],
  ],
  [
    NEVER,
    [
      'false',
      '!inputs.on',
      'principal.state in []',
      'size(principal.kba) == -1',
      'size(principal.kba) < 0',
      'inputs.none.exists(x, x in principal.groups)',
      'principal.groups.exists(g, false)',
      'inputs.audience == "public"',
      'size(inputs.groups) > 2',
      'principal.state == "active" && false',
    ],
  ],
] as const)('reads %s in every spelling', ([canonical, spellings]) => {
  for (const text of spellings) expect([text, drawn(treeOf(text))]).toEqual([text, canonical])
})

test('says which attributes and facts a condition names, and whether it has asked for them', () => {
  const text = 'has(principal.mail) && facts.parameters.flag && has(facts.parameters.note) && facts.parameters.note == principal.mail'
  const read = readCondition(text, SCOPE)
  if (read.is === 'faulty') throw new Error('it is a condition')
  expect(read.uses.principal).toEqual(['mail'])
  expect(read.uses.facts.map(({ start, end, ...use }) => ({ ...use, at: text.slice(start, end) }))).toEqual([
    { step: 'confirm.parameters', fact: 'flag', guarded: false, at: 'facts.parameters.flag' },
    { step: 'confirm.parameters', fact: 'note', guarded: true, at: 'facts.parameters.note' },
    { step: 'confirm.parameters', fact: 'note', guarded: true, at: 'facts.parameters.note' },
  ])
})

test('a fact whose guard stands behind it, or in another branch, is not guarded', () => {
  const guards = (text: string): readonly boolean[] => {
    const read = readCondition(text, SCOPE)
    return read.is === 'condition' ? read.uses.facts.map((use) => use.guarded) : []
  }
  expect(guards('facts.parameters.flag && has(facts.parameters.flag)')).toEqual([false, true])
  expect(guards('has(facts.parameters.flag) || facts.parameters.flag')).toEqual([true, false])
  expect(guards('has(facts.parameters.flag) ? facts.parameters.flag : facts.parameters.count == 1')).toEqual([true, true, false])
  expect(guards('!has(facts.parameters.flag) || facts.parameters.flag')).toEqual([true, true])
})

test('a canonical atom is read as itself', () => {
  const flat = { ...SCOPE, facts: new Map([...SCOPE.facts.values()].map((each) => [each.step, each])) }
  for (const text of [
    'size(principal.kba) >= 2',
    'facts.confirm.parameters.audience == "staff"',
    'principal.groups.exists_one(it, it.contains("a") && !(it == "ab"))',
    'principal.state in ["active", "locked"]',
  ]) {
    expect(treeOf(text, flat)).toEqual({ is: 'cel', text })
  }
})
