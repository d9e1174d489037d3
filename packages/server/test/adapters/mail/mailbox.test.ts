import { expect, test } from 'vitest'
import { BentMail } from '../../../src/adapters/mail/check-mail.js'
import { Mailbox } from '../../../src/adapters/mail/mailbox.js'
import { MemoryMessageLog, type ReceivedMessage } from '../../../src/adapters/mail/message-log.js'

test('keeps mails, oldest first, and finds those to one address', async () => {
  let second = 0
  const mailbox = new Mailbox({ now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, (second += 1))) })
  await mailbox.send(mailTo('JDoe@example.com', 'one'))
  await mailbox.send(mailTo('other@example.com', 'two'))
  await mailbox.send(mailTo('jdoe@example.com', 'three'))
  expect(await mailbox.list('jdoe@EXAMPLE.com')).toEqual([
    { to: 'JDoe@example.com', subject: 'one', text: 'one', html: '<p>one</p>', sentAt: '2026-01-02T03:04:01.000Z' },
    { to: 'jdoe@example.com', subject: 'three', text: 'three', html: '<p>three</p>', sentAt: '2026-01-02T03:04:03.000Z' },
  ])
  expect(subjects(await mailbox.list())).toEqual(['one', 'two', 'three'])
  expect(await mailbox.list('jdoe')).toEqual([])
})

test('forgets the oldest when it is full', async () => {
  const mailbox = new Mailbox({ log: new MemoryMessageLog(3) })
  for (const subject of ['1', '2', '3', '4', '5']) await mailbox.send(mailTo('jdoe@example.com', subject))
  expect(subjects(await mailbox.list())).toEqual(['3', '4', '5'])
})

test('takes no bent mail', async () => {
  const mailbox = new Mailbox()
  await expect(mailbox.send(mailTo('a@example.com,b@example.com', 'x'))).rejects.toThrow(BentMail)
  expect(await mailbox.list()).toEqual([])
})

function subjects(messages: readonly ReceivedMessage[]): readonly string[] {
  return messages.map((message) => ('subject' in message ? message.subject : ''))
}

function mailTo(to: string, subject: string) {
  return { to, subject, text: subject, html: `<p>${subject}</p>`, messageId: `<${subject}@example.com>` }
}
