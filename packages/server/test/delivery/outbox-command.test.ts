import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { deadLetterShown, printDeadLetters } from '../../src/cli/print-outbox.js'
import { capturedIo } from '../cli/captured-io.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-outbox-'))
})
afterAll(() => rm(cwd, { recursive: true }))

test.for([[['list']], [['resend', '--all']], [['drop', '1-1-1']]] as const)(
  '%s: what is in the memory of a server is not reached',
  async ([args]) => {
    const io = capturedIo(cwd)
    expect(await run(['outbox', ...args], io)).toBe(1)
    expect(io.written).toEqual({ out: '', err: expect.stringContaining('configure `store.redis`') })
  },
)

test('SEC-75 what a dead letter holds cannot steer a terminal, and says whether its code is still good', () => {
  const message = { channel: 'sms', template: 'reset-code-sms\u001B[2J', to: '+1 555 0101', values: {}, expiresAt: 100 }
  const letter = {
    id: '1-2-3',
    conversation: 'c',
    reason: 'timed-out',
    deliveries: 10,
    at: 0,
    is: 'message',
    body: JSON.stringify({ message }),
  } as const
  expect(deadLetterShown(letter, 99_999)).toMatchObject({ to: '********101', expired: false })
  const shown = deadLetterShown(letter, 100_000)
  expect(shown.expired).toBe(true)
  const { body: _body, ...rest } = letter
  const printed = printDeadLetters(4, [shown, deadLetterShown({ ...rest, is: 'unreadable', conversation: '' }, 0)])
  expect(printed).toMatch(/^4 owed, 2 set aside\n/)
  expect(printed).toContain('sms reset-code-sms?[2J (expired)')
  expect(printed).not.toMatch(/[\u0000-\u0009\u000B-\u001F]|0101/)
})
