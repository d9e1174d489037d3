import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS, readJson } from '../../src/dialect/json.js'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const flat = (items: number) => `[${Array.from({ length: items }, () => '0').join(',')}]`
const wide = (members: number) => `{${Array.from({ length: members }, (_, index) => `"m${index}":0`).join(',')}}`

describe('readJson', () => {
  test.for([
    ['an object', ' {"a": [1, true, null, "x"]} \n', { a: [1, true, null, 'x'] }],
    ['a number', '-1.5e2', -150],
    ['a string with escapes', '"a\\"b\\\\"', 'a"b\\'],
    ['brackets inside a string', '{"a":"]}[{"}', { a: ']}[{' }],
    ['a doubled name: the last counts', '{"a":1,"a":2}', { a: 2 }],
    ['the deepest nesting', nested(MAX_JSON_DEPTH), JSON.parse(nested(MAX_JSON_DEPTH))],
    ['the most items', flat(MAX_JSON_MEMBERS), Array.from({ length: MAX_JSON_MEMBERS }, () => 0)],
  ] as const)('reads %s', ([, text, value]) => {
    expect(JSON.parse(JSON.stringify(readJson(text)))).toEqual({ is: 'value', value })
  })

  test.for([
    ['nothing', '', 'empty'],
    ['blanks', ' \t\r\n', 'empty'],
    ['a word', 'undefined', 'not-json'],
    ['an open object', '{"a":1', 'not-json'],
    ['an open string', '"abc', 'not-json'],
    ['an escape at the end', '"abc\\', 'not-json'],
    ['a closing bracket', ']', 'not-json'],
    ['crossed brackets', '[{]}', 'not-json'],
    ['single quotes', "{'a':1}", 'not-json'],
    ['a trailing comma', '{"a":1,}', 'not-json'],
    ['a comment', '/* x */ {}', 'not-json'],
    ['a byte order mark', '\uFEFF{}', 'not-json'],
    ['another blank than the four of JSON', '\u00A0{}', 'not-json'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'not-json'],
    ['half a surrogate pair in a name', '{"\\udc00":1}', 'not-json'],
    ['a number too large to hold', '[1e999]', 'not-json'],
    ['a second document', '{} {}', 'trailing'],
    ['a closing brace too many', '{"a":1}}', 'trailing'],
    ['a word behind a scalar', '1 2', 'trailing'],
    ['one level too deep', nested(MAX_JSON_DEPTH + 1), 'too-deep'],
    ['twenty thousand levels, never closed', '['.repeat(20_000), 'too-deep'],
    ['twenty thousand objects', '{"a":'.repeat(20_000), 'too-deep'],
    ['one item too many', flat(MAX_JSON_MEMBERS + 1), 'too-many'],
    ['one member too many', wide(MAX_JSON_MEMBERS + 1), 'too-many'],
  ] as const)('refuses %s (SEC-46)', ([, text, why]) => {
    expect(readJson(text)).toEqual({ is: 'fault', why })
  })

  test('gives objects without a prototype and leaves the one of others alone (SEC-48)', () => {
    const read = readJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{}}')
    if (read.is !== 'value' || read.value === null || typeof read.value !== 'object') throw new Error('it is an object')
    expect(Object.getPrototypeOf(read.value)).toBeNull()
    expect(Object.keys(read.value)).toEqual(['__proto__', 'constructor', 'a'])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('agrees with the parser wherever nothing is bounded', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value)
        const read = readJson(text)
        expect(read.is === 'fault' ? read.why : JSON.stringify(read.value)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  test('throws at nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', 'a', ' ', '\ud800') }), (text) => {
        expect(['value', 'fault']).toContain(readJson(text).is)
      }),
      { numRuns: 1000 },
    )
  })
})
