import { describe, expect, test } from 'vitest'
import { faultLine } from '../../../src/adapters/log/fault-line.js'
import { createLogger } from '../../../src/adapters/log/logger.js'

const HERE = expect.stringContaining('fault-line.test.ts')
const SECRET = 'hunter2hunter2'

/** The frames of these errors are this file's; only that they are there is compared. */
const shown = (fault: unknown) => {
  const { at, ...line } = faultLine(fault)
  return { ...line, at: at.slice(0, 1) }
}

describe('a fault in the log', () => {
  test.for<readonly [string, unknown, object]>([
    ['an error', new TypeError(SECRET), { type: 'TypeError', at: [HERE] }],
    ['a message of several lines', new Error(`${SECRET}\n    at ${SECRET} (/x.ts:1:1)\nx`), { type: 'Error', at: [HERE] }],
    [
      'a cause',
      new Error('x', { cause: new RangeError(SECRET) }),
      { type: 'Error', at: [HERE], cause: { type: 'RangeError', at: expect.any(Array) } },
    ],
    [
      'an error of the system',
      Object.assign(new Error(SECRET), { code: 'ECONNREFUSED', syscall: 'connect', address: SECRET }),
      { type: 'Error', code: 'ECONNREFUSED', syscall: 'connect', at: [HERE] },
    ],
    [
      'a refusal of Redis',
      Object.assign(new Error(`READONLY ${SECRET}`), { name: 'ReplyError', command: { name: 'auth', args: [SECRET] } }),
      { type: 'ReplyError', code: 'READONLY', at: [HERE] },
    ],
    [
      'a name and a code that are texts',
      Object.assign(new Error('x'), { name: `${SECRET}!`, code: `${SECRET} x` }),
      { type: 'Error', at: [HERE] },
    ],
    ['a text', SECRET, { type: 'string', at: [] }],
    ['nothing', undefined, { type: 'undefined', at: [] }],
  ])('is told by kind, code and place: %s', ([, fault, line]) => {
    expect(shown(fault)).toEqual(line)
    expect(JSON.stringify(faultLine(fault))).not.toContain(SECRET)
  })

  test('ends where causes go round', () => {
    const error = new Error('x')
    error.cause = error
    expect(JSON.stringify(faultLine(error)).split('"cause"')).toHaveLength(5)
  })

  test('is told so by the logger', () => {
    const lines: string[] = []
    const log = createLogger('trace', { write: (line) => void lines.push(line) })
    log.error({ err: new Error(SECRET), requestId: 'r' }, 'answered as unavailable')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        level: 50,
        time: expect.any(String),
        pid: process.pid,
        err: { type: 'Error', at: expect.any(Array) },
        requestId: 'r',
        msg: 'answered as unavailable',
      },
    ])
    expect(lines.join('')).not.toContain(SECRET)
  })
})
