import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import { Mailbox } from '../../../src/adapters/mail/mailbox.js'
import { MemoryMessageLog } from '../../../src/adapters/mail/message-log.js'
import { BentText } from '../../../src/adapters/sms/check-text.js'
import { HttpSms } from '../../../src/adapters/sms/http-sms.js'
import { TextInbox } from '../../../src/adapters/sms/text-inbox.js'
import { receiver } from '../webhook/receiver.js'

const message = { to: '+1 555 0101', text: 'Your code is 123456', messageId: 'm-1' }

test('the inbox keeps text messages beside the mails of the mailbox', async () => {
  const log = new MemoryMessageLog()
  const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5))
  await new TextInbox({ log, now }).send(message)
  await new Mailbox({ log, now }).send({ to: 'jdoe@example.com', subject: 's', text: 't', html: 'h', messageId: 'm-2' })
  expect(await new Mailbox({ log }).list('+1 555 0101')).toEqual([
    { to: '+1 555 0101', text: 'Your code is 123456', sentAt: '2026-01-02T03:04:05.000Z' },
  ])
  expect(await new Mailbox({ log }).list()).toHaveLength(2)
})

test('a provider gets the message with its id, and a fault of its keeps the message owed', async () => {
  const provider = await receiver(({ body }, response) => void response.writeHead(body.includes('m-1') ? 202 : 503).end())
  const sms = new HttpSms({ url: provider.url, secret: new Secret('a secret of the provider'), timeoutMs: 5_000 })
  await sms.send(message)
  await expect(sms.send({ ...message, messageId: 'm-2' })).rejects.toThrow('status 503')
  expect(JSON.parse(provider.calls[0]?.body ?? '')).toEqual(message)
  await provider.close()
})

test.for([
  ['two numbers', '+15550101,+15550102'],
  ['an address', 'jdoe@example.com'],
  ['a line break', '+15550101\n'],
  ['a parameter', '+15550101&from=bank'],
  ['letters', '+1555CALL'],
  ['nothing', ''],
  ['a short code', '110'],
] as const)('sends nothing to %s (SEC-35)', async ([, to]) => {
  const log = new MemoryMessageLog()
  await expect(new TextInbox({ log }).send({ ...message, to })).rejects.toThrow(BentText)
  expect(await log.list()).toEqual([])
})
