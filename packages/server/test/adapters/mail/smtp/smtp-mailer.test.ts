import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { inspect } from 'node:util'
import { DeliveryFault, Secret } from '@rekey/core'
import { until } from '@rekey/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BentMail } from '../../../../src/adapters/mail/check-mail.js'
import { SMTP_TLS } from '../../../../src/adapters/mail/smtp/smtp-settings.js'
import { ProviderFault } from '../../../../src/delivery/provider-fault.js'
import { mailServer, parsed, PASSWORD, USER } from './mail-server.js'
import type { MailServerWishes } from './mail-server.js'
import { faultOf, MAIL, openMailer } from './settings.js'

async function open(wishes: MailServerWishes = {}) {
  const server = await mailServer(wishes)
  onTestFinished(() => server.close())
  return server
}

describe('a mail', () => {
  test('SEC-35 arrives over TLS with both parts, one recipient and its Message-ID', async () => {
    const server = await open()
    await (await openMailer(onTestFinished, server.port)).send(MAIL)
    const [mail] = server.mails
    expect(mail).toMatchObject({ from: 'no-reply@example.com', to: ['jdoe@example.com'], secure: true, user: USER })
    const read = mail && (await parsed(mail))
    expect(read).toMatchObject({
      from: { name: 'Rekey, Ümlaut & "Söhne"', address: 'no-reply@example.com' },
      to: [{ address: 'jdoe@example.com' }],
      subject: MAIL.subject,
      text: expect.stringContaining(MAIL.text),
      html: expect.stringContaining(MAIL.html),
      messageId: MAIL.messageId,
      attachments: [],
    })
    const headers = read?.headers.map(({ key }) => key)
    expect(headers?.filter((key) => ['bcc', 'cc', 'reply-to', 'x-mailer'].includes(key))).toEqual([])
    expect(read?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  })

  test('that is sent again has the same Message-ID', async () => {
    const server = await open()
    const mailer = await openMailer(onTestFinished, server.port)
    await mailer.send(MAIL)
    await mailer.send(MAIL)
    const ids = await Promise.all(server.mails.map(async (mail) => (await parsed(mail)).messageId))
    expect(ids).toEqual([MAIL.messageId, MAIL.messageId])
  })

  test.for([
    ['two addresses', { to: 'jdoe@example.com,eve@evil.example' }],
    ['a quoted address', { to: '"eve@evil.example x"@example.com' }],
    ['a name', { to: 'Eve <eve@evil.example>' }],
    ['a line break in the address', { to: 'jdoe@example.com\r\nRCPT TO:<eve@evil.example>' }],
    ['a header in the subject', { subject: 'Hello\r\nBcc: eve@evil.example' }],
    ['a NUL in the subject', { subject: 'Hello\0' }],
    ['a line separator in the subject', { subject: 'Hello\u2028Bcc: eve@evil.example' }],
    ['a header in the Message-ID', { messageId: '<a@b>\nBcc: eve@evil.example' }],
    ['letters beyond ASCII', { to: 'jdoe@exam\u212Ale.com' }],
  ] as const)('with %s reaches no server (SEC-37, SEC-38)', async ([, bent]) => {
    const server = await open()
    const mailer = await openMailer(onTestFinished, server.port)
    expect(await faultOf(mailer.send({ ...MAIL, ...bent }))).toBeInstanceOf(BentMail)
    expect([server.mails, server.connections()]).toEqual([[], 0])
  })

  test('SEC-37 whose body looks like commands, headers or files is a body all the same', async () => {
    const server = await open()
    const text = '.\r\nQUIT\r\n..\r\nBcc: eve@evil.example\r\n\r\nfile:///etc/passwd ✓\r\n'
    await (await openMailer(onTestFinished, server.port)).send({ ...MAIL, text, html: '<img src="file:///etc/passwd">' })
    const [mail] = server.mails
    expect(mail?.to).toEqual(['jdoe@example.com'])
    expect(mail && (await parsed(mail)).text?.trim()).toBe(text.replaceAll('\r\n', '\n').trim())
    expect(mail?.raw).not.toContain('root:')
  })

  test('goes over a connection that is open already; one that was hung up costs no mail', async () => {
    const server = await open()
    const mailer = await openMailer(onTestFinished, server.port)
    for (let sent = 0; sent < 5; sent++) await mailer.send(MAIL)
    expect(server.connections()).toBe(1)
    server.hangUp()
    await mailer.send(MAIL)
    await Promise.all(Array.from({ length: 12 }, () => mailer.send(MAIL)))
    expect(server.mails.length).toBe(18)
    expect(server.connections()).toBeLessThanOrEqual(4)
  })
})

describe('TLS', () => {
  test.for([
    ['required', {}, true],
    ['implicit', { secure: true }, true],
    ['opportunistic', {}, true],
    ['opportunistic', { disabledCommands: ['STARTTLS'] }, false],
    ['none', {}, false],
  ] as const)('%s, to a server %o', async ([tls, wishes, secure]) => {
    const disabledCommands = 'disabledCommands' in wishes ? [...wishes.disabledCommands] : []
    const server = await open({ ...wishes, disabledCommands })
    await (await openMailer(onTestFinished, server.port, { tls })).send(MAIL)
    expect(server.mails.map((mail) => mail.secure)).toEqual([secure])
  })

  test('that is required and not offered: neither password nor mail is sent', async () => {
    const heard: string[] = []
    const server = await rawServer((socket) => {
      socket.write('220 localhost ESMTP\r\n')
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk.toString())
        socket.write(chunk.toString().startsWith('EHLO') ? '250-localhost\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n')
      })
    })
    const fault = await faultOf((await openMailer(onTestFinished, server)).send(MAIL))
    expect(fault).toBeInstanceOf(ProviderFault)
    expect(fault).toMatchObject({ reason: expect.stringMatching(/^tls/), isFinal: false })
    expect(heard.join('')).not.toMatch(/AUTH|MAIL|RCPT/)
  })

  test.for(SMTP_TLS.filter((tls) => tls !== 'none'))('%s refuses a certificate that is made out to somebody else', async (tls) => {
    const server = await open({ certificate: 'elsewhere', secure: tls === 'implicit' })
    const fault = await faultOf((await openMailer(onTestFinished, server.port, { tls })).send(MAIL))
    expect(fault).toMatchObject({ reason: 'tls', isFinal: false })
    expect(server.mails).toEqual([])
  })

  test.for(SMTP_TLS.filter((tls) => tls !== 'none'))('SEC-81 %s refuses a certificate that nobody known has signed', async (tls) => {
    const server = await open({ secure: tls === 'implicit' })
    const caFile = new URL('./certificates/elsewhere.pem', import.meta.url).pathname
    const mailer = await openMailer(onTestFinished, server.port, { tls, caFile })
    expect(await faultOf(mailer.send(MAIL))).toMatchObject({ reason: 'tls', isFinal: false })
    expect(server.mails).toEqual([])
  })
})

describe('a log-in', () => {
  test('that is refused is a fault of the provider, and tells neither password nor user', async () => {
    const server = await open()
    const login = { user: USER, password: new Secret('wrong-password-1') }
    const fault = await faultOf((await openMailer(onTestFinished, server.port, { login })).send(MAIL))
    expect(fault).toBeInstanceOf(ProviderFault)
    expect(fault).toMatchObject({ reason: 'log-in-535', isFinal: false })
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toMatch(/wrong-password|jdoe/)
  })

  test('that the server does not offer is not left out', async () => {
    const server = await open({ disabledCommands: ['AUTH'] })
    expect(await faultOf((await openMailer(onTestFinished, server.port)).send(MAIL))).toBeInstanceOf(ProviderFault)
    expect(server.mails).toEqual([])
  })
})

describe('a refusal', () => {
  test.for([
    ['of the recipient for good', { rcpt: () => 550 }, { reason: 'refused-550', isFinal: true }],
    ['of the recipient for now', { rcpt: () => 451 }, { reason: 'deferred-451', isFinal: false }],
    ['of the mail for good', { data: () => 554 }, { reason: 'refused-554', isFinal: true }],
    ['of the mail for now', { data: () => 452 }, { reason: 'deferred-452', isFinal: false }],
    ['of our address', { from: () => 550 }, { reason: 'sender-550', isFinal: false }],
    ['of everybody', { rcpt: () => 421 }, { reason: expect.stringMatching(/-421$/), isFinal: false }],
  ] as [string, MailServerWishes['refuse'], object][])('%s', async ([, refuse, expected]) => {
    const server = await open({ ...(refuse && { refuse }) })
    const mailer = await openMailer(onTestFinished, server.port)
    const fault = await faultOf(mailer.send(MAIL))
    expect(fault).toBeInstanceOf(DeliveryFault)
    expect(fault).toMatchObject(expected)
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toMatch(/jdoe|123456|no-reply@|p4ss/)
    expect(inspect(mailer)).not.toContain(PASSWORD)
  })

  test('of one mail leaves the connection for the next', async () => {
    const server = await open({ refuse: { rcpt: (address) => (address.startsWith('nobody') ? 550 : undefined) } })
    const mailer = await openMailer(onTestFinished, server.port, { pool: { connections: 1, messages: 100 } })
    expect(await faultOf(mailer.send({ ...MAIL, to: 'nobody@example.com' }))).toMatchObject({ isFinal: true })
    await mailer.send(MAIL)
    expect([server.mails.length, server.connections()]).toEqual([1, 1])
  })
})

describe('a server that', () => {
  test('is not there is a fault of the provider', async () => {
    const server = await mailServer()
    await server.close()
    const fault = await faultOf((await openMailer(onTestFinished, server.port)).send(MAIL))
    expect(fault).toBeInstanceOf(ProviderFault)
    expect(fault).toMatchObject({ reason: 'connection' })
  })

  test('never greets is given up', async () => {
    const port = await rawServer(() => undefined)
    const timeouts = { connectMs: 200, idleMs: 5_000, sendMs: 20_000 }
    expect(await faultOf((await openMailer(onTestFinished, port, { timeouts })).send(MAIL))).toMatchObject({ reason: 'timed-out' })
  })

  test('falls silent is given up', async () => {
    const port = await rawServer((socket) => socket.write('220 localhost ESMTP\r\n'))
    const timeouts = { connectMs: 5_000, idleMs: 200, sendMs: 20_000 }
    expect(await faultOf((await openMailer(onTestFinished, port, { timeouts })).send(MAIL))).toMatchObject({ reason: 'timed-out' })
  })

  test('says a letter now and then is given up, and its connection ended', async () => {
    let ended = 0
    const port = await rawServer((socket) => {
      socket.write('220 localhost ESMTP\r\n250-')
      const dripping = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => {
        clearInterval(dripping)
        ended++
      })
    })
    const timeouts = { connectMs: 5_000, idleMs: 5_000, sendMs: 300 }
    const mailer = await openMailer(onTestFinished, port, { timeouts })
    expect(await faultOf(mailer.send(MAIL))).toMatchObject({ reason: 'timed-out' })
    await until('the end of the connection', () => (ended > 0 ? true : undefined))
  })

  test('holds a mail when the mailer closes: it fails, and nothing stays open', async () => {
    let held = 0
    const server = await open({ beforeTaking: () => void held++ })
    const mailer = await openMailer(onTestFinished, server.port)
    const sending = faultOf(mailer.send(MAIL))
    await until('the mail', () => (held > 0 ? true : undefined))
    mailer.close()
    expect(await sending).toBeInstanceOf(ProviderFault)
  })
})

/** A server that says what it is told to, on a free port of this machine. */
async function rawServer(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    talk(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  // Listening on a port, a server has an address of this form.
  return (server.address() as AddressInfo).port
}
