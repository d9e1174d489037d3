import { expect, test } from 'vitest'
import type { ConditionFault } from '../../src/condition/read-condition.js'
import { readCondition } from '../../src/condition/read-condition.js'
import { SCOPE } from './scope.js'

function faultsOf(text: string): readonly ConditionFault[] {
  const read = readCondition(text, SCOPE)
  return read.is === 'faulty' ? read.faults : []
}

test.for([
  // What is written, the code, the part at fault, and words of message and help.
  ['principal.mail == "x"', 'unguarded-attribute', 'principal.mail', '`principal.mail` may be absent'],
  ['has(principal.mail) || principal.mail == "x"', 'unguarded-attribute', 'principal.mail', 'may be absent'],
  ['principal.mail == "x" && has(principal.mail)', 'unguarded-attribute', 'principal.mail', 'may be absent'],
  ['(has(principal.mail) || has(principal.phone)) && principal.mail == "x"', 'unguarded-attribute', 'principal.mail', 'may be absent'],
  ['size(principal.roles) > 1', 'unguarded-attribute', 'principal.roles', 'may be absent'],
  ['facts.parameters.device.age >= 1', 'unguarded-attribute', 'facts.parameters.device.age', 'may be absent'],
  ['facts.parameters.rows.exists(row, row.of == "x")', 'unguarded-attribute', 'row.of', '`row.of` may be absent'],
  ['principal.state == "activ"', 'condition-type', '"activ"', 'did you mean `active`?'],
  ['principal.state in ["active", "gone"]', 'condition-type', '["active", "gone"]', 'is never `"gone"`'],
  ['"foo" in principal.factors', 'condition-type', '"foo"', 'never holds `"foo"`'],
  ['facts.parameters.audience != "stuff"', 'condition-type', '"stuff"', 'did you mean `staff`?'],
  ['principal.username == "x"', 'condition-type', 'principal.username', 'did you mean `userName`?'],
  ['principal.constructor == "x"', 'condition-type', 'principal.constructor', 'there is no `principal.constructor`'],
  ['facts.paramters.count == 1', 'condition-type', 'facts.paramters.count', 'did you mean `parameters`?'],
  ['facts.nobody.count == 1', 'condition-type', 'facts.nobody.count', 'facts are written by `parameters`, `inner.code`'],
  ['facts.inner.cod.tries == 1', 'condition-type', 'facts.inner.cod.tries', 'no step `inner.cod` writes facts here'],
  ['facts.parameters.cuont == 1', 'condition-type', 'facts.parameters.cuont', 'did you mean `count`?'],
  ['inputs.audiense == "x"', 'condition-type', 'inputs.audiense', 'did you mean `audience`?'],
  ['request.ip == "x"', 'condition-type', 'request.ip', 'a condition knows no `request`'],
  ['env == "x"', 'condition-type', 'env', 'a condition knows no `env`'],
  ['True', 'condition-type', 'True', 'write `true`'],
  ['principal.userName', 'condition-type', 'principal.userName', 'a condition is true or false'],
  ['principal.mail', 'condition-type', 'principal.mail', 'whether it is there is `has(principal.mail)`'],
  ['principal.groups', 'condition-type', 'principal.groups', 'size(principal.groups) >= 1'],
  ['size(principal.groups)', 'condition-type', 'size(principal.groups)', 'is a whole number'],
  ['"active"', 'condition-type', '"active"', 'is a text'],
  ['!principal.userName', 'condition-type', 'principal.userName', 'true or false'],
  ['size(principal.kba) == "2"', 'condition-type', 'size(principal.kba) == "2"', 'without quotes: `2`'],
  ['facts.parameters.flag == "true"', 'condition-type', 'facts.parameters.flag == "true"', 'true or false'],
  ['facts.parameters.count == 1.5', 'condition-type', '1.5', 'whole number, never `1.5`'],
  ['1 in principal.groups', 'condition-type', '1 in principal.groups', 'a list of string values'],
  ['"a" in principal.userName', 'condition-type', 'principal.userName', 'text.contains("x")'],
  ['principal.groups.contains("a")', 'condition-type', 'principal.groups', '"x" in list'],
  ['principal.groups.length > 1', 'condition-type', 'principal.groups.length', 'size(principal.groups)'],
  ['facts.parameters.count == 99999999999999999999', 'condition-type', '99999999999999999999', 'larger than any number here'],
  ['has(principal)', 'condition-type', 'principal', 'asks for a member'],
  ['[1, "a"].exists(x, true)', 'condition-type', '[1, "a"]', 'all of one kind'],
  [
    '[1, 2, 3, 4, 5, 6, 7, 8, 9, 0].exists(x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].all(y, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].exists(z, x == y && y == z)))',
    'condition-not-allowed',
    '[1, 2, 3, 4, 5, 6, 7, 8, 9, 0].exists(z, x == y && y == z)',
    'have 1000 elements to look at',
  ],
  ['principal.userName.exists(x, true)', 'condition-type', 'principal.userName', 'asks a list'],
  ['principal.mail != null', 'condition-not-allowed', 'principal.mail != null', '`has(principal.mail)`'],
  ['principal.mail == null', 'condition-not-allowed', 'principal.mail == null', '`!has(principal.mail)`'],
  ['principal.userName > "a"', 'condition-not-allowed', 'principal.userName', 'only numbers have an order'],
  ['principal.groups == ["a"]', 'condition-not-allowed', 'principal.groups == ["a"]', 'not compared as a whole'],
  ['principal.groups[0] == "a"', 'condition-not-allowed', 'principal.groups[0]', 'do not index'],
  ['principal["mail"] == "a"', 'condition-not-allowed', 'principal["mail"]', 'do not index'],
  ['1 + 1 == 2', 'condition-not-allowed', '1 + 1', 'do not calculate'],
  ['10 / size(principal.kba) > 2', 'condition-not-allowed', '10 / size(principal.kba)', 'do not calculate'],
  ['-size(principal.kba) < 0', 'condition-not-allowed', '-size(principal.kba)', 'do not calculate'],
  ['principal.userName.matches("(a+)+$")', 'condition-not-allowed', 'principal.userName.matches("(a+)+$")', 'no function `matches`'],
  ['int("3") == 3', 'condition-not-allowed', 'int("3")', 'compare with a number'],
  ['dyn(principal.id) == 1', 'condition-not-allowed', 'dyn(principal.id)', 'no function `dyn`'],
  [
    'timestamp("2024-01-01T00:00:00Z") == timestamp("2024-01-01T00:00:00Z")',
    'condition-not-allowed',
    'timestamp("2024-01-01T00:00:00Z")',
    'know no time',
  ],
  ['cel.bind(x, 1, x == 1)', 'condition-not-allowed', 'cel.bind(x, 1, x == 1)', 'no function `bind`'],
  ['{"a": 1}.a == 1', 'condition-not-allowed', '{"a": 1}.a', 'have members'],
  ['{"a": 1} == {"a": 1}', 'condition-not-allowed', '{"a": 1}', 'no maps'],
  ['principal == "x"', 'condition-not-allowed', 'principal', 'not a value'],
  ['facts.parameters', 'condition-not-allowed', 'facts.parameters', 'name one of them'],
  ['has(facts.parameters)', 'condition-not-allowed', 'facts.parameters', 'name one of them'],
  ['facts.parameters.pin == "1"', 'condition-not-allowed', 'facts.parameters.pin', 'nothing that a condition can ask about'],
  ['facts.parameters.device == "x"', 'condition-not-allowed', 'facts.parameters.device == "x"', 'not compared as a whole'],
  ['b"x" == b"x"', 'condition-not-allowed', 'b"x"', 'no literal'],
  ['1u == 1u', 'condition-not-allowed', '1u', 'no literal'],
  ['principal.userName.startWith("a")', 'condition-not-allowed', 'principal.userName.startWith("a")', 'did you mean `startsWith`?'],
  ['principal.groups.exists(principal, true)', 'condition-not-allowed', 'principal', 'means something else already'],
  [
    'principal.groups.exists(a, principal.kba.exists(b, a == b))',
    'condition-not-allowed',
    'principal.kba.exists(b, a == b)',
    'not asked inside of another',
  ],
  [
    '(facts.parameters.flag) == (facts.parameters.count > 1)',
    'condition-not-allowed',
    'facts.parameters.count > 1',
    'is a question, not a value',
  ],
  ['principal.state = "active"', 'bad-condition', '=', '`=` is written `==`: `principal.state == "active"`'],
  ['size(principal.kba) >= 2 and facts.parameters.flag', 'bad-condition', 'and', '`and` is written `&&`'],
  ['(size(principal.kba) >= 2', 'bad-condition', '2', '`)` is missing at the end'],
  ['size(principal.kba) >=', 'bad-condition', '=', 'ends too early'],
  ['"abc', 'bad-condition', '"abc', 'unterminated string'],
  ['  ', 'bad-condition', '  ', 'empty'],
] as const)('refuses %s', ([text, code, at, words]) => {
  const [first] = faultsOf(text)
  expect([first?.code, text.slice(first?.start, first?.end)]).toEqual([code, at])
  expect(`${first?.message} ${first?.help}`).toContain(words)
})

test.for([
  ['principal.state = "active"', 'principal.state == "active"'],
  ["principal.state === 'active'", "principal.state == 'active'"],
  ['principal.state <> "a=b" and not has(principal.mail)', undefined],
  ['principal.userName == "a and b = c" AND not has(principal.mail)', 'principal.userName == "a and b = c" && !has(principal.mail)'],
  ['\u201Cx\u201D in principal.groups', '"x" in principal.groups'],
  ['principal.state == \u2018active\u2019 or facts.parameters.flag', "principal.state == 'active' || facts.parameters.flag"],
  ['facts.parameters.flag & size(principal.kba) => 2', 'facts.parameters.flag && size(principal.kba) >= 2'],
  ['not(has(principal.mail))', '!(has(principal.mail))'],
  ['not size(principal.kba) == 2', undefined],
  ['principal.mail == "x"', 'has(principal.mail) && principal.mail == "x"'],
  [
    'facts.parameters.flag && principal.mail.endsWith("@x") && principal.phone == "1"',
    'has(principal.phone) && has(principal.mail) && facts.parameters.flag && principal.mail.endsWith("@x") && principal.phone == "1"',
  ],
  ['facts.parameters.flag || principal.mail == "x"', 'facts.parameters.flag || (has(principal.mail) && principal.mail == "x")'],
  ['principal.mail != "x"', undefined],
  ['!principal.vip', undefined],
  ['principal.roles.all(r, r == "x")', undefined],
  ['facts.parameters.rows.exists(row, row.of == "x")', undefined],
  ['principal.mail == "x" && principal.state == "activ"', undefined],
  ['facts.parameters.note == "x"', 'has(facts.parameters.note) && facts.parameters.note == "x"'],
])('offers for %s only a repair that is a condition', ([text, repair]) => {
  expect(text && faultsOf(text)[0]?.replacement).toBe(repair)
  if (repair !== undefined) expect(faultsOf(repair)).toEqual([])
})

test('reports each mistake of a condition once, in the order of the text', () => {
  const text = 'principal.state == "activ" && facts.parameters.cuont == 1 || inputs.groups.exists(g, g in principal.nothing)'
  expect(faultsOf(text).map((each) => text.slice(each.start, each.end))).toEqual(['"activ"', 'facts.parameters.cuont', 'principal.nothing'])
})

test('refuses what is too long or comes out in too many ways', () => {
  const long = `principal.userName == "${'x'.repeat(1000)}"`
  expect(faultsOf(long)[0]?.message).toBe('this condition is longer than 1000 characters')
  const wide = Array.from({ length: 10 }, (_, index) => `("a${index}" in principal.groups || "b${index}" in principal.kba)`).join('&&')
  expect(faultsOf(wide).map((each) => each.code)).toEqual(['condition-not-allowed'])
  const inputs = new Map([['long', Array.from({ length: 51 }, (_, index) => `g${index}`)]])
  const read = readCondition('inputs.long.exists(g, g in principal.groups)', { ...SCOPE, inputs })
  expect(read.is === 'faulty' && read.faults.map((each) => each.code)).toEqual(['condition-not-allowed'])
  expect(readCondition('principal.id in inputs.long', { ...SCOPE, inputs }).is).toBe('condition')
})

test('SEC-50 refuses what grows beyond measure once it is written out, before it has grown', () => {
  const has = ['mail', 'phone', 'locale', 'age', 'score', 'vip', 'roles'].map((name) => `has(principal.${name})`)
  const at = (index: number): string => has[index % has.length] ?? ''
  const deep = Array.from({ length: 22 }).reduce<string>((inner, _, level) => `(${inner}?${at(2 * level)}:${at(2 * level + 1)})`, at(6))
  expect(deep.length).toBeLessThan(1000)
  expect(faultsOf(deep)).toMatchObject([{ code: 'condition-not-allowed', message: expect.stringContaining('written out') }])
})
