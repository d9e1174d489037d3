import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readSmtpFiles, SmtpFileFault } from '../../../../src/adapters/mail/smtp/read-smtp-files.js'
import { verifyDkim } from './dkim-verify.js'
import { CA, mailServer } from './mail-server.js'
import { MAIL, openMailer } from './settings.js'

const pem = { type: 'pkcs8', format: 'pem' } as const
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-dkim-'))
  await writeFile(join(folder, 'good.pem'), privateKey.export(pem))
  await writeFile(join(folder, 'short.pem'), generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export(pem))
  await writeFile(join(folder, 'curve.pem'), generateKeyPairSync('ed25519').privateKey.export(pem))
  await writeFile(join(folder, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  await writeFile(join(folder, 'text.pem'), 'no key at all')
})
afterAll(() => rm(folder, { recursive: true }))

test('a mail is signed by the configured domain and selector, over what a reader sees', async () => {
  const server = await mailServer()
  onTestFinished(() => server.close())
  const dkim = { domain: 'example.com', selector: 'rekey2026', keyFile: join(folder, 'good.pem') }
  await (await openMailer(onTestFinished, server.port, { dkim })).send(MAIL)
  const raw = server.mails[0]?.raw ?? ''
  const tags = verifyDkim(raw, publicKey)
  expect(tags).toMatchObject({ d: 'example.com', s: 'rekey2026' })
  const signed = tags?.['h']?.toLowerCase().split(':')
  for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'content-type']) expect(signed).toContain(name)
  const strange = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey
  expect(verifyDkim(raw, strange)).toBeUndefined()
  for (const [part, other] of [
    ['jdoe@', 'eve@'],
    ['no-reply@', 'no-answer@'],
    ['m-1@', 'm-2@'],
    ['123456', '123457'],
  ] as const) {
    expect(raw).toContain(part)
    expect(verifyDkim(raw.replaceAll(part, other), publicKey)).toBeUndefined()
  }
})

test.for(['short.pem', 'curve.pem', 'public.pem', 'text.pem', 'missing.pem'])('a signing key of %s is refused at once', async (name) => {
  const reading = readSmtpFiles({ dkim: { domain: 'example.com', selector: 's', keyFile: join(folder, name) } })
  await expect(reading).rejects.toThrow(SmtpFileFault)
  await expect(reading).rejects.toThrow(name)
})

test('certificates that are none are refused at once', async () => {
  await expect(readSmtpFiles({ caFile: join(folder, 'text.pem') })).rejects.toThrow('holds no certificate in PEM')
  expect((await readSmtpFiles({ caFile: CA })).ca).toContain('BEGIN CERTIFICATE')
})
