import { DeliveryFault } from '@rekey/core'
import { expect, onTestFinished, test } from 'vitest'
import { BentMail, checkMail } from '../../src/adapters/mail/check-mail.js'
import { InOrder } from '../../src/delivery/in-order.js'
import { ProviderFault } from '../../src/delivery/provider-fault.js'
import { mailServer, parsed } from '../adapters/mail/smtp/mail-server.js'
import type { MailServerWishes } from '../adapters/mail/smtp/mail-server.js'
import { faultOf, MAIL, openMailer } from '../adapters/mail/smtp/settings.js'

async function twoServers(first: MailServerWishes, second: MailServerWishes = {}) {
  const servers = [await mailServer(first), await mailServer(second)] as const
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))))
  const mailers = [
    await openMailer(onTestFinished, servers[0].port, { name: 'first' }),
    await openMailer(onTestFinished, servers[1].port, { name: 'second' }),
  ]
  const told: string[] = []
  let now = 0
  const mailer = new InOrder(mailers, { report: (...words) => void told.push(words.join(' ')), now: () => now, restMs: 1_000 })
  return { servers, told, mailer, sleep: (ms: number) => (now += ms) }
}

test('the second server gets a mail that the first one cannot take, with the same Message-ID; then the first one rests', async () => {
  let isDown = true
  const { servers, told, mailer, sleep } = await twoServers({ refuse: { from: () => (isDown ? 451 : undefined) } })
  await mailer.send(MAIL)
  await mailer.send(MAIL)
  expect(told).toEqual(['first sender-451'])
  expect(servers[0].mails).toEqual([])
  const ids = await Promise.all(servers[1].mails.map(async (mail) => (await parsed(mail)).messageId))
  expect(ids).toEqual([MAIL.messageId, MAIL.messageId])
  isDown = false
  sleep(1_001)
  await mailer.send(MAIL)
  expect([servers[0].mails.length, servers[1].mails.length, told.length]).toEqual([1, 2, 1])
})

test('a server that puts off one recipient does not rest, and what it refuses for good goes to no other one', async () => {
  const { servers, told, mailer } = await twoServers({
    refuse: { rcpt: (to) => (to.startsWith('later') ? 451 : to.startsWith('nobody') ? 550 : undefined) },
  })
  await mailer.send({ ...MAIL, to: 'later@example.com' })
  await mailer.send(MAIL)
  expect(await faultOf(mailer.send({ ...MAIL, to: 'nobody@example.com' }))).toMatchObject({ reason: 'refused-550', isFinal: true })
  expect([servers[0].mails.length, servers[1].mails.length]).toEqual([1, 1])
  expect(told).toEqual(['first deferred-451', 'first refused-550'])
})

test('when all fail the last reason is told; those that rest are asked all the same, last', async () => {
  const { told, mailer } = await twoServers({ refuse: { from: () => 451 } }, { refuse: { from: () => 452 } })
  for (const _ of [1, 2]) expect(await faultOf(mailer.send(MAIL))).toMatchObject({ reason: 'sender-452', isFinal: false })
  expect(told).toEqual(['first sender-451', 'second sender-452', 'first sender-451', 'second sender-452'])
})

test('a fault that is no provider’s goes through, and no other one is asked', async () => {
  const asked: string[] = []
  const provider = (name: string) => ({ name, send: async (mail: typeof MAIL) => (asked.push(name), checkMail(mail)) })
  const mailer = new InOrder([provider('first'), provider('second')], { report: () => asked.push('told') })
  await expect(mailer.send({ ...MAIL, to: 'a,b' })).rejects.toThrow(BentMail)
  expect(asked).toEqual(['first'])
})

test('a reason holds nothing but a word', () => {
  for (const bent of ['550 <jdoe@example.com> unknown', 'UPPER', '', '-x', 'a'.repeat(65)]) {
    const fault = new DeliveryFault(bent)
    expect([fault.reason, fault.message]).toEqual(['fault', 'fault'])
  }
  expect(new ProviderFault('tls')).toMatchObject({ reason: 'tls', isFinal: false })
})
