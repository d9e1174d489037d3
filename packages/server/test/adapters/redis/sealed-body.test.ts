import { array, assert, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { decodeContent, encodeContent } from '../../../src/adapters/redis/sealed-body.js'

const text = string({ unit: 'grapheme' })
const content = record({ body: text, replies: array(record({ digest: text, body: text }), { maxLength: 9 }) }, { noNullPrototype: true })

test('what was encoded is decoded', () => {
  expect(() =>
    assert(
      property(content, (sample) => {
        expect(decodeContent(encodeContent(sample))).toEqual(sample)
      }),
    ),
  ).not.toThrow()
})

test('what is cut short is refused', () => {
  const bytes = encodeContent({ body: 'body', replies: [{ digest: 'digest', body: 'reply' }] })
  const afterBody = 4 + 'body'.length
  const lengths = Array.from({ length: bytes.length }, (_, length) => length).filter((length) => length !== afterBody)
  for (const length of lengths) expect(() => decodeContent(bytes.subarray(0, length)), `${length} bytes`).toThrow(RangeError)
})
