import { createHmac } from 'node:crypto'
import { canonicalJson } from '@rekey/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Chain, isGenuine, readLine } from '../../../src/adapters/log/audit-chain.js'
import { KEY, OTHER_KEY } from './trail.js'

test('a line is canonical JSON, and its MAC is over the canonical JSON of its other members', () => {
  const entries = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(entries, fc.string({ unit: 'binary' }), (told, id) => {
      const chain = new Chain(KEY, id)
      let prev = ''
      for (const [seq, one] of told.entries()) {
        const entry = JSON.parse(JSON.stringify(one))
        const text = chain.seal(entry)
        const body = { chain: id, seq, prev, entry }
        const mac = createHmac('sha256', KEY.object).update(canonicalJson(body)).digest('base64url')
        expect(text).toBe(canonicalJson({ ...body, mac }))
        const line = readLine(text)
        expect(line && [isGenuine(KEY, text, line), isGenuine(OTHER_KEY, text, line)]).toEqual([true, false])
        prev = mac
      }
    }),
  )
})
