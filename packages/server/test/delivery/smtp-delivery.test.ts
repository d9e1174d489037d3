import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@rekey/core/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { CA, mailServer, parsed, PASSWORD, USER } from '../adapters/mail/smtp/mail-server.js'
import { capturedIo } from '../cli/captured-io.js'
import { submitTo, tokenOf } from '../wire/call.js'
import { wireServer, type WireServer } from '../wire/server.js'

const JDOE = 'jdoe@example.com'

let folder = ''
/** How the mail server answers to a recipient. */
let reply: number | undefined
let mailing: Awaited<ReturnType<typeof mailServer>>
let server: WireServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-smtp-'))
  mailing = await mailServer({ refuse: { rcpt: () => reply } })
})
afterAll(async () => {
  await mailing.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  reply = undefined
  mailing.mails.splice(0)
  const smtp = { host: 'localhost', port: mailing.port, user: USER, password: '${SMTP_PASSWORD}', caFile: CA }
  server = await wireServer({
    folder,
    env: { SMTP_PASSWORD: PASSWORD },
    redis: { url: inject('redisUrl'), prefix: `smtp:${randomUUID()}:` },
    config: { mail: { from: 'Bücherei <no-reply@library.example>', smtp }, audit: { folder: 'trail' } },
  })
})
afterEach(() => server.close())

const begin = async (mail: string, language = 'en') =>
  tokenOf(
    await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: `mail eq "${mail}"` } }, { 'Accept-Language': language }),
  )

async function outbox(...args: readonly string[]) {
  const io = capturedIo(folder, { SMTP_PASSWORD: PASSWORD })
  const code = await run(['outbox', ...args], io)
  return { code, ...io.written }
}

const dead = () =>
  until('a dead letter', async () => {
    const { out } = await outbox('list', '--format', 'json')
    const { pending, dead: letters } = JSON.parse(out) as { readonly pending: number; readonly dead: readonly { readonly id: string }[] }
    return pending === 0 && letters.length > 0 ? letters : undefined
  })

test('a code arrives through the mail server, in the language of its reader, and lets them go on', async () => {
  const token = await begin(JDOE, 'de-CH, de;q=0.9')
  const mail = await until('the mail', () => mailing.mails[0])
  expect(mail).toMatchObject({ from: 'no-reply@library.example', to: [JDOE], secure: true, user: USER })
  const { subject, text = '', html = '', from, messageId } = await parsed(mail)
  expect(subject).toBe('Bestätigen Sie, dass Sie ein neues Passwort möchten')
  expect(from).toMatchObject({ name: 'Bücherei', address: 'no-reply@library.example' })
  expect(messageId).toMatch(/^<[\w-]+@[\w.-]+>$/)
  const code = /^\s+(\d{8})\s*$/m.exec(text)?.[1] ?? ''
  expect(html).toContain(code)
  const answer = await server.client.post(submitTo('resetOneStage'), { token, input: { code } })
  expect([answer.status, tokenOf(answer)]).toEqual([200, expect.any(String)])
})

test('SEC-4 a refusal for good becomes a dead letter, which the caller does not notice and whose list shows nothing of it', async () => {
  reply = 550
  const token = await begin(JDOE)
  const [letter] = await dead()
  expect(letter).toMatchObject({ is: 'message', channel: 'email', template: 'reset-code', reason: 'refused-550', tries: 1, expired: false })
  const { code, out, err } = await outbox('list')
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^0 owed, 1 set aside\n\nid +since +what +to +tries +reason +conversation\n/)
  expect(out).toContain('jd**@e*****e.com')
  // Ids of conversations may have eight digits in a row; a code stands for itself.
  expect(out).not.toMatch(/jdoe|(?<![\w-])\d{8}(?![\w-])|http|eyJ/)
  const wrong = await server.client.post(submitTo('resetOneStage'), { token, input: { code: '00000000' } })
  expect(wrong.status).toBe(400)
})

test('a dead letter that is resent arrives once, under the Message-ID that it had', async () => {
  reply = 550
  await begin(JDOE)
  const [letter] = await dead()
  reply = undefined
  expect(await outbox('resend', letter?.id ?? '')).toMatchObject({ code: 0, out: '1 owed again\n' })
  const mail = await until('the mail', () => mailing.mails[0])
  expect((await parsed(mail)).messageId).toMatch(/^<[\w-]+@/)
  expect(await outbox('resend', letter?.id ?? '')).toMatchObject({
    code: 1,
    out: '0 owed again\n',
    err: expect.stringContaining('no dead letter'),
  })
  expect((await outbox('list')).out).toBe('0 owed, 0 set aside\n')
  expect(mailing.mails.length).toBe(1)
})

test('dead letters are dropped one by one, or all of them', async () => {
  reply = 550
  for (const mail of [JDOE, 'bjensen@example.com', JDOE]) await begin(mail)
  const letters = await until('three of them', async () => ((await dead()).length === 3 ? dead() : undefined))
  expect(await outbox('drop', letters[0]?.id ?? '', '1-1-1')).toMatchObject({ code: 1, out: '1 dropped\n' })
  expect(await outbox('drop', '--all')).toMatchObject({ code: 0, out: '2 dropped\n', err: '' })
  expect((await outbox('list')).out).toBe('0 owed, 0 set aside\n')
  for (const bent of [['drop'], ['drop', '--all', 'x'], ['resend']]) expect((await outbox(...bent)).code).toBe(2)
})

test('a recipient that is put off does not keep another one waiting, and who does not exist gets no mail', async () => {
  reply = 451
  await begin(JDOE)
  await begin('nobody@example.com')
  await until('the first refusal', async () => ((await outbox('list')).out.startsWith('1 owed') ? true : undefined))
  reply = undefined
  await begin('bjensen@example.com')
  await until('both mails', () => (mailing.mails.length === 2 ? true : undefined))
  expect(mailing.mails.flatMap(({ to }) => to).toSorted()).toEqual(['bjensen@example.com', JDOE])
})
