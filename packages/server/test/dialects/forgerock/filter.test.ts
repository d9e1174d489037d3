import { isFilter, type Filter } from '@rekey/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_FILTER_LENGTH, readFilter } from '../../../src/dialects/forgerock/filter.js'

const eq = (field: 'userName' | 'mail' | 'phone' | 'givenName' | 'surname', value: string): Filter => ({ is: 'equals', field, value })

describe('readFilter', () => {
  test.for([
    ['one field', 'userName eq "jdoe"', eq('userName', 'jdoe')],
    ['a slash before the field', '/mail eq "a@b"', eq('mail', 'a@b')],
    ['single quotes', "mail eq 'a@b'", eq('mail', 'a@b')],
    ['sn as surname', 'sn eq "Doe"', eq('surname', 'Doe')],
    ['telephoneNumber as phone', 'telephoneNumber eq "1"', eq('phone', '1')],
    ['a number', 'telephoneNumber eq 5551234', eq('phone', '5551234')],
    ['an escaped quote', 'userName eq "a\\"b"', eq('userName', 'a"b')],
    ['an escaped backslash', 'userName eq "a\\\\b"', eq('userName', 'a\\b')],
    ['an empty value', 'userName eq ""', eq('userName', '')],
    ['words inside a value', 'userName eq "a and (b or !c)"', eq('userName', 'a and (b or !c)')],
    ['any letter case of words', 'userName EQ "a" OR mail Eq "b"', { is: 'or', of: [eq('userName', 'a'), eq('mail', 'b')] }],
    ['a wildcard as itself', 'userName eq "*"', eq('userName', '*')],
    [
      'and before or',
      'userName eq "a" or mail eq "b" and sn eq "c"',
      { is: 'or', of: [eq('userName', 'a'), { is: 'and', of: [eq('mail', 'b'), eq('surname', 'c')] }] },
    ],
    [
      'parentheses',
      '(userName eq "a" or mail eq "b") and sn eq "c"',
      { is: 'and', of: [{ is: 'or', of: [eq('userName', 'a'), eq('mail', 'b')] }, eq('surname', 'c')] },
    ],
    [
      'what the older pages send',
      '(userName eq "x" OR mail eq "y" OR (givenName eq "a" AND sn eq "b"))',
      {
        is: 'or',
        of: [eq('userName', 'x'), eq('mail', 'y'), { is: 'and', of: [eq('givenName', 'a'), eq('surname', 'b')] }],
      },
    ],
    ['256 levels', `${'('.repeat(256)}mail eq "a"${')'.repeat(256)}`, eq('mail', 'a')],
    ['an unescaped quote of the newer pages', 'mail eq "a"b@example.com"', eq('mail', 'a"b@example.com')],
    ['an unescaped backslash at the end', 'mail eq "a\\"', eq('mail', 'a\\')],
  ] as const)('reads %s', ([, text, filter]) => {
    expect(readFilter(text)).toEqual(filter)
  })

  test.for([
    ['nothing', ''],
    ['blanks', '   '],
    ['an unknown field', 'password eq "x"'],
    ['a field in another letter case', 'username eq "x"'],
    ['a member of the prototype', '__proto__ eq "x"'],
    ['a deeper pointer', '/mail/0 eq "x"'],
    ['co', 'mail co "a"'],
    ['sw', 'mail sw "a"'],
    ['lt', 'mail lt "a"'],
    ['pr', 'mail pr'],
    ['another operator', 'mail matches "a"'],
    ['a literal', 'true'],
    ['a literal in an or', 'mail eq "a" or true'],
    ['a literal value', 'mail eq true'],
    ['not', 'not mail eq "a"'],
    ['not in parentheses', '!(mail eq "a")'],
    ['not inside an and', 'mail eq "a" and not (sn eq "b")'],
    ['an open parenthesis', '(mail eq "a"'],
    ['a closing parenthesis', 'mail eq "a")'],
    ['an empty parenthesis', '()'],
    ['an open quote', 'mail eq "a'],
    ['one quote', 'mail eq "'],
    ['an open and', 'mail eq "a" and'],
    ['two assertions side by side', 'mail eq "a" sn eq "b"'],
    ['an unescaped value that could be two', 'mail eq "a" b@example.com"'],
    ['an unescaped value with an escape in it', 'mail eq "a\\"b"c"'],
    ['an unescaped value of an unknown field', 'password eq "a"b"'],
    ['an unescaped value beside another assertion', 'mail eq "a"b" or sn eq "c"'],
    ['257 levels', `${'('.repeat(257)}mail eq "a"${')'.repeat(257)}`],
    ['257 nodes', Array.from({ length: 257 }, () => 'mail eq "a"').join(' or ')],
    ['a value that is too long', `mail eq "${'a'.repeat(1025)}"`],
    ['a text that is too long', `mail eq "a"${' '.repeat(MAX_FILTER_LENGTH)}`],
    ['sixty thousand parentheses', '('.repeat(60_000)],
  ] as const)('refuses %s (SEC-51)', ([, text]) => {
    expect(readFilter(text)).toBeUndefined()
  })

  test('reads back every value that is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (value) => {
        const escaped = value.replaceAll(/["\\]/g, '\\$&')
        expect(readFilter(`mail eq "${escaped}"`)).toEqual(eq('mail', value))
      }),
      { numRuns: 500 },
    )
  })

  test('gives a filter or nothing for every text', () => {
    const piece = fc.constantFrom('(', ')', '"', "'", '\\', '!', ' ', 'mail', 'eq', 'and', 'or', 'not', 'pr', 'true', '\n', '\u0000', 'x')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        const filter = readFilter(pieces.join(''))
        expect(filter === undefined || isFilter(filter)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test.for(['"', '\\', ' ', "'", '" ', '(', '!', 'a', 'mail eq "a" or ', '\\"'])('spends no time on many times %j (SEC-50)', (piece) => {
    const hostile = piece.repeat(MAX_FILTER_LENGTH).slice(0, MAX_FILTER_LENGTH - 11)
    const begun = process.cpuUsage()
    expect([readFilter(hostile), readFilter(`mail eq "${hostile}`)]).toEqual([undefined, undefined])
    // Of this process alone: a machine that is busy elsewhere makes nothing slow. Backtracking would take minutes.
    expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000)
  })
})
