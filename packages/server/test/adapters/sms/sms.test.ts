import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import { Mailbox } from '../../../src/adapters/mail/mailbox.js'
import { MemoryMessageLog } from '../../../src/adapters/mail/message-log.js'
import { BentText } from '../../../src/adapters/sms/check-text.js'
import { HttpSms } from '../../../src/adapters/sms/http-sms.js'
import { TextInbox } from '../../../src/adapters/sms/text-inbox.js'
import { InOrder } from '../../../src/delivery/in-order.js'
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
  const sms = new HttpSms({ name: 'sms', url: provider.url, secret: new Secret('a secret of the provider'), timeoutMs: 5_000 })
  await sms.send(message)
  await expect(sms.send({ ...message, messageId: 'm-2' })).rejects.toMatchObject({ reason: 'status-503', isFinal: false })
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

test('a message that a provider refuses for good is not offered again, nor to another one', async () => {
  const first = await receiver((_call, response) => void response.writeHead(422).end('+15550101 is no telephone'))
  const second = await receiver((_call, response) => void response.writeHead(200).end())
  const told: string[] = []
  const open = (name: string, url: string) => new HttpSms({ name, url, secret: new Secret('a secret of the provider'), timeoutMs: 5_000 })
  const sms = new InOrder([open('first', first.url), open('second', second.url)], { report: (...words) => void told.push(words.join(' ')) })
  await expect(sms.send(message)).rejects.toMatchObject({ reason: 'refused-422', isFinal: true })
  expect([told, first.calls.length, second.calls.length]).toEqual([['first refused-422'], 1, 0])
  await Promise.all([first.close(), second.close()])
})

test('when the first provider is down the second one gets the message, with the same id', async () => {
  const first = await receiver((_call, response) => void response.writeHead(503).end())
  const second = await receiver((_call, response) => void response.writeHead(200).end())
  const told: string[] = []
  const open = (name: string, url: string) => new HttpSms({ name, url, secret: new Secret('a secret of the provider'), timeoutMs: 5_000 })
  const sms = new InOrder([open('first', first.url), open('second', second.url)], { report: (...words) => void told.push(words.join(' ')) })
  await sms.send(message)
  await sms.send(message)
  expect([told, first.calls.length]).toEqual([['first status-503'], 1])
  expect(second.calls.map(({ body }): unknown => JSON.parse(body))).toEqual([message, message])
  await Promise.all([first.close(), second.close()])
})
