import { describe, expect, test } from 'vitest'
import { comment, literal } from '../../src/emit/source-text.js'
import { typeOfSchema } from '../../src/emit/type-of-schema.js'
import type { Schema } from '../../src/step/schema.js'

test.for([
  ['a text', { type: 'string', maxLength: 3 }, 'string'],
  ['a secret, which clients write as text', { type: 'string', secret: true }, 'string'],
  ['a whole number', { type: 'integer' }, 'number'],
  ['a boolean', { type: 'boolean' }, 'boolean'],
  ['a constant', { const: 'yes' }, "'yes'"],
  ['an enumeration', { type: 'string', enum: ['a', "b'", 3, true] }, "'a' | 'b\\'' | 3 | true"],
  ['an enumeration of nothing', { enum: [] }, 'never'],
  ['a list', { type: 'array', items: { type: 'string' } }, 'readonly string[]'],
  ['a list of either', { type: 'array', items: { enum: ['a', 'b'] } }, "readonly ('a' | 'b')[]"],
  ['a list of lists', { type: 'array', items: { type: 'array', items: { type: 'number' } } }, 'readonly (readonly number[])[]'],
  ['a list of anything', { type: 'array' }, 'readonly Json[]'],
  ['one of several', { oneOf: [{ type: 'string' }, { type: 'integer' }, { type: 'number' }] }, 'string | number'],
  ['a mapping', { type: 'object', additionalProperties: { type: 'string' } }, '{ readonly [name: string]: string }'],
  ['any object', { type: 'object' }, 'JsonObject'],
  ['anything', {}, 'Json'],
  [
    'an object, with what may be left out',
    { type: 'object', required: ['a-b'], properties: { 'a-b': { type: 'string' }, c: { type: 'object', properties: { d: {} } } } },
    "{\n  readonly 'a-b': string\n  readonly c?: {\n    readonly d?: Json\n  }\n}",
  ],
] as const satisfies readonly (readonly [string, Schema, string])[])('%s has its type', ([, schema, type]) => {
  expect(typeOfSchema(schema)).toBe(type)
})

describe('text of authors', () => {
  test.for(["it's", 'back\\slash', 'line\nbreak', '\u2028\u2029', '\u202etxet', '`${x}`', '*/', 'emoji 🙂', '\u0000'])(
    'reads back from its literal: %j',
    (text) => {
      const source = literal(text)
      expect(source).toMatch(/^'[\u0020-\u007e]*'$/)
      // The literal as JavaScript reads it.
      expect(
        JSON.parse(
          source
            .replaceAll("\\'", "'")
            .replaceAll('"', '\\"')
            .replace(/^'(.*)'$/, '"$1"'),
        ),
      ).toBe(text)
    },
  )

  test.for([
    ['ends no comment', 'a */ alert(1) /* b', '/** a *\\/ alert(1) /\\* b */'],
    ['ends no comment by a second way in', '**//', '/** **\\// */'],
    ['stays on its line', 'a\r\nb\u2028c\u0085d', '/** a b c d */'],
    ['does not turn the direction of reading', 'a\u202eb\u2066c', '/** a b c */'],
    ['is no word to a compiler', '@ts-nocheck', '/** (at)ts-nocheck */'],
    ['keeps its addresses', 'ask help@example.com', '/** ask help@example.com */'],
    ['is never empty', '\u200b', '/** … */'],
  ] as const)('in a comment %s', ([, text, drawn]) => {
    expect(comment(text)).toBe(drawn)
  })
})
