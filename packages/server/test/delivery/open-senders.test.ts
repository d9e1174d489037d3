import { Secret } from '@rekey/core'
import { expect, onTestFinished, test } from 'vitest'
import { createLogger } from '../../src/adapters/log/logger.js'
import { Mailbox } from '../../src/adapters/mail/mailbox.js'
import { CannotOpen } from '../../src/compose/cannot-open.js'
import { openSenders } from '../../src/compose/open-senders.js'
import type { Closers } from '../../src/compose/ports.js'
import { mailServer } from '../adapters/mail/smtp/mail-server.js'
import { faultOf, MAIL, smtpSettings } from '../adapters/mail/smtp/settings.js'

const KEPT = {
  mailbox: false,
  tellsAddress: false,
  from: 'Rekey <no-reply@example.com>',
  file: '/nowhere/mailbox.jsonl',
  providers: [],
} as const
const NO_SMS = { providers: [] } as const

function openLog() {
  const lines: string[] = []
  const log = createLogger('trace', { write: (line) => void lines.push(line) })
  return { log, lines }
}

test('the log says which provider failed and why, and nothing of the mail, its reader or the password', async () => {
  const server = await mailServer({ refuse: { rcpt: () => 451 } })
  const closers: Closers = []
  onTestFinished(async () => {
    for (const closer of closers) await closer()
    await server.close()
  })
  const { log, lines } = openLog()
  const providers = [
    smtpSettings(server.port, { name: 'greylisting' }),
    smtpSettings(server.port, { name: 'locked', login: { user: 'rekey', password: new Secret('canary-password') } }),
  ]
  const { mailer } = await openSenders({ dev: false, mail: { ...KEPT, providers }, sms: NO_SMS }, { log, closers })
  const error = await faultOf(mailer.send(MAIL))
  log.error({ err: error }, 'not delivered')
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { provider: 'greylisting', reason: 'deferred-451' },
    { provider: 'locked', reason: 'log-in-535' },
    { msg: 'not delivered' },
  ])
  expect(lines.join('')).not.toMatch(/jdoe|example\.com|123456|canary|Bestätigen|m-1@/)
})

test('without providers mails are kept, also outside of development', async () => {
  const { log } = openLog()
  const { mailer, mailbox } = await openSenders({ dev: false, mail: KEPT, sms: NO_SMS }, { log, closers: [] })
  expect(mailer).toBe(mailbox)
  expect(mailer).toBeInstanceOf(Mailbox)
})

test('a file of certificates that holds none keeps the server from starting, with a sentence that names it', async () => {
  const { log } = openLog()
  const providers = [smtpSettings(1, { caFile: import.meta.filename })]
  const opening = openSenders({ dev: false, mail: { ...KEPT, providers }, sms: NO_SMS }, { log, closers: [] })
  await expect(opening).rejects.toThrow(CannotOpen)
  await expect(opening).rejects.toThrow('holds no certificate in PEM')
})
