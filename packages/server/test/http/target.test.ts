import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTarget } from '../../src/http/target.js'

describe('readTarget', () => {
  test.for([
    ['/', '/', '/', []],
    ['/a/b', '/a/b', '/a/b', []],
    ['/a%20b?c=d', '/a%20b?c=d', '/a b', [['c', 'd']]],
    ['/a?b?c=d', '/a?b?c=d', '/a', [['b?c', 'd']]],
    [
      '/a?%&b=%ff',
      '/a?%&b=%ff',
      '/a',
      [
        ['%', ''],
        ['b', '\uFFFD'],
      ],
    ],
    [
      '/a?b=1&b=2',
      '/a?b=1&b=2',
      '/a',
      [
        ['b', '1'],
        ['b', '2'],
      ],
    ],
    ['//a', '//a', '//a', []],
    ['http://x:1/a?b=c', '/a?b=c', '/a', [['b', 'c']]],
    ['HTTPS://x', '/', '/', []],
    ['http://x?b=c', '/?b=c', '/', [['b', 'c']]],
  ] as const)('reads %s', ([sent, raw, path, query]) => {
    expect(readTarget(sent)).toEqual({ is: 'good', rawPath: raw.split('?', 1)[0], path, query })
  })

  test.for(['', '*', 'a/b', 'x:443', '/%', '/%f', '/%ff', '/%00', '/a%0ab', '/%7f', '/%c2%85', '/a#b', '/ü', '/a b', 'ftp://x/a'])(
    'finds %j bent',
    (sent) => {
      expect(readTarget(sent)).toEqual({ is: 'bent', path: sent })
    },
  )

  test('throws at nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sent) => {
        expect(['good', 'bent']).toContain(readTarget(sent).is)
      }),
    )
  })
})
