import { randomUUID } from 'node:crypto'
import { memoryStore } from '@rekey/core/memory'
import { until } from '@rekey/core/testing'
import type { OwedMessage, OwedRevocation } from '@rekey/core'
import { expect, onTestFinished, test } from 'vitest'
import { readSmtpFiles } from '../../src/adapters/mail/smtp/read-smtp-files.js'
import { SmtpMailer } from '../../src/adapters/mail/smtp/smtp-mailer.js'
import { destinationOf } from '../../src/delivery/destination-of.js'
import { CA, mailServer } from '../adapters/mail/smtp/mail-server.js'

const OTHERS = 200
/** No test outlives it: who waits for a hand that hangs waits in vain. */
const FOREVER_MS = 600_000

/** A real mail server that hangs at some recipients, and an outbox that sends to it. */
async function sending(hangsAt: (address: string) => boolean) {
  const server = await mailServer({ hangsAt })
  const mailer = new SmtpMailer(
    {
      name: 'test',
      host: 'localhost',
      port: server.port,
      tls: 'required',
      pool: { connections: 32, messages: 1_000 },
      timeouts: { connectMs: FOREVER_MS, idleMs: FOREVER_MS, sendMs: FOREVER_MS },
    },
    { name: '', address: 'no-reply@library.example' },
    await readSmtpFiles({ caFile: CA }),
  )
  const store = memoryStore({ outbox: { destinationOf, slowMs: 200, patienceMs: 0 } })
  const done: string[] = []
  const running = store.outbox.consume(async (item) => {
    if (item.is === 'resolve') return
    // Of our own making, a few lines below.
    const owed = JSON.parse(item.body) as OwedMessage | OwedRevocation
    if (owed.is === 'revocation') return void done.push(owed.principal)
    const { message, id } = owed
    if (message.channel === 'sms') return void done.push(message.to)
    await mailer.send({ to: message.to, subject: 'Hello', text: 'Hello', html: '<p>Hello</p>', messageId: `<${id}@library.example>` })
  })
  onTestFinished(async () => {
    mailer.close()
    server.hangUp()
    await running.stop()
    await server.close()
  })
  const owe = (owed: readonly object[]) =>
    store.conversations.create({
      id: randomUUID(),
      body: '',
      expiresAt: Date.now() + FOREVER_MS,
      owed: owed.map((one) => JSON.stringify(one)),
      replies: [],
      ended: false,
    })
  return { server, done, owe }
}

const mailTo = (to: string, channel = 'email') => ({
  id: randomUUID(),
  void: false,
  message: { channel, template: 'reset-code', to, values: {} },
})
const others = Array.from({ length: OTHERS }, (_, at) => `person${at}@${at % 2 === 0 ? 'example.com' : 'example.net'}`)

test.for([
  ['one recipient', ['slow@example.com']],
  ['a dozen recipients of the domain of the others', Array.from({ length: 12 }, (_, at) => `slow${at}@example.com`)],
  ['a whole domain', Array.from({ length: 60 }, (_, at) => `slow${at}@hangs.example`)],
] as const)(`SEC-4 a mail server that hangs at %s delays no other mail: ${OTHERS} of them arrive`, async ([, slow]) => {
  const { server, owe } = await sending((address) => address.startsWith('slow'))
  // Three mails for each, and all of them before those of the others.
  await owe([...slow, ...slow, ...slow].map((to) => mailTo(to)))
  await until('a recipient that hangs', () => (server.hanging.length > 0 ? true : undefined))
  await owe(others.map((to) => mailTo(to)))
  await until('all the others', () => (server.mails.length === OTHERS ? true : undefined))
  expect(server.mails.flatMap(({ to }) => to).toSorted()).toEqual(others.toSorted())
  // One at a time for each recipient, and of one domain no more than leaves room for others.
  expect(new Set(server.hanging).size).toBe(server.hanging.length)
  expect(server.hanging.length).toBeLessThanOrEqual(18)
})

test('a mail server that hangs at everybody delays no text message, and not the end of bearer tokens', async () => {
  const { server, done, owe } = await sending(() => true)
  await owe(Array.from({ length: 300 }, (_, at) => mailTo(`slow${at}@domain${at}.example`)))
  await until('all connections', () => (server.hanging.length === 32 ? true : undefined))
  await owe([mailTo('+41790000000', 'sms'), { is: 'revocation', conversation: 'c', principal: 'p-jdoe', until: 1 }])
  await until('both', () => (done.length === 2 ? true : undefined))
  expect(done.toSorted()).toEqual(['+41790000000', 'p-jdoe'])
})
