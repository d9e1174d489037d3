import { expect, test } from 'vitest'
import { createLogger } from '../../../src/adapters/log/logger.js'

const LONG = 'x'.repeat(60_000)

test.for([
  ['a line of short texts as it is', { a: 'x', n: 1, more: { b: 'y' } }, { a: 'x', n: 1, more: { b: 'y' } }],
  ['a text of 256 characters whole', { a: LONG.slice(0, 256) }, { a: LONG.slice(0, 256) }],
  ['a longer one cut off, beside others', { a: LONG, b: 'y', n: 1 }, { a: `${LONG.slice(0, 256)}…`, b: 'y', n: 1 }],
  ['control characters escaped', { a: '\r\n\u001b[31m' }, { a: '\r\n\u001b[31m' }],
] as const)('writes %s (SEC-75)', ([, line, written]) => {
  const lines: string[] = []
  const before = structuredClone(line)
  createLogger('info', { write: (text) => void lines.push(text) }).info(line)
  const [text = ''] = lines
  const { level, time, pid, ...rest } = JSON.parse(text)
  expect([lines.length, text.indexOf('\n'), rest, line]).toEqual([1, text.length - 1, written, before])
  expect([level, new Date(time).toISOString(), pid]).toEqual([30, time, process.pid])
})
