import { assert, property, string } from 'fast-check'
import { parseDocument } from 'yaml'
import { expect, test } from 'vitest'
import { redact } from '../../src/config/redact.js'

function redacted(text: string): string {
  return redact(text, parseDocument(text))
}

test.for([
  ['a secret', 'keys:\n  stable: abc', 'keys:\n  stable: ***'],
  ['a quoted one', 'keys:\n  stable: "a b"', 'keys:\n  stable: ** **'],
  ['in flow style', 'keys: { signing: [{ id: a, secret: abc }], stable: abc }', 'keys: { signing: [{ id: a, secret: *** }], stable: *** }'],
  ['under a misspelt key', 'keys:\n  stabel: abc', 'keys:\n  stabel: ***'],
  ['in place of a mapping', 'keys: abc', 'keys: ***'],
  ['over several lines', 'keys:\n  stable: |\n    abc\n    def\n', 'keys:\n  stable: *\n    ***\n    ***\n'],
  ['a password of a dialect', 'dialects:\n  forgerock:\n    password: abc', 'dialects:\n  forgerock:\n    password: ***'],
  ['an address', 'store:\n  redis: redis://:pass@host:1/2', 'store:\n  redis: redis://*****@host:1/2'],
  ['an address with an @ in its password', 'a: redis://u:p@ss@host', 'a: redis://******@host'],
  ['headers of a collector', 'traces:\n  headers: { X-Team: abc }', 'traces:\n  headers: { X-Team: *** }'],
  ['headers in broken YAML', 'traces:\n  headers: { X-Team: "abc }', 'traces:\n  headers: * ******* **** *'],
  ['broken YAML', 'keys:\n  stable: "abc\nport: 1', 'keys:\n  stable: ****\n***** *'],
  ['a reference is shown', 'keys:\n  stable: ${KEY}', 'keys:\n  stable: ${KEY}'],
  ['ids and paths are shown', 'keys:\n  file: a.json', 'keys:\n  file: a.json'],
  ['the rest is shown', 'port: 8080 # the port', 'port: 8080 # the port'],
] as const)('%s', ([, text, expected]) => {
  expect(redacted(text)).toBe(expected)
})

test('offsets, lines and columns stay, whatever the text', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 200 }), (noise) => {
      const text = `keys:\n  stable: ${noise}\n`
      const shown = redacted(text)
      expect(shown.length).toBe(text.length)
      expect(shown.replaceAll(/[^\n]/g, '')).toBe(text.replaceAll(/[^\n]/g, ''))
    }),
  )
})
