import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { expect, onTestFinished, test } from 'vitest'
import { TextBook } from '../../src/adapters/mail/text-book.js'
import { submitTo } from '../wire/call.js'
import { wireServer } from '../wire/server.js'

const JDOE = 'jdoe@example.com'
const CODE = { code: new Secret('12345678') }
const WHEN = /^It was asked for on [A-Z][a-z]+ \d{1,2}, \d{4} at \d{1,2}:\d\d\s[AP]M UTC/

test.for([
  ['and nothing of from where', undefined, /UTC\.$/],
  ['and from where, if that is configured', { tellsAddress: true }, /UTC, from the network address 127\.0\.0\.1\.$/],
] as const)('SEC-40 a mail says when somebody asked for it, %s', async ([, mail, where]) => {
  const server = await wireServer({ config: { ...(mail && { mail }) } })
  onTestFinished(() => server.close())
  await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: 'userName eq "jdoe"' } })
  const { text, html, subject } = await server.nextMail(JDOE, 0)
  for (const part of [text, html.replaceAll(/<[^>]*>/g, '')]) {
    const said = /It was asked for .*\./.exec(part)?.[0]
    expect(said).toMatch(WHEN)
    expect(said).toMatch(where)
  }
  expect(subject).toBe('Confirm that you want a new password')
})

test.for([
  ['en', 'on November 22, 2026 at 8:14 AM UTC, from the network address 2001:db8::1.'],
  ['de', 'am 22. November 2026 um 08:14 UTC, von der Netzwerkadresse 2001:db8::1.'],
  ['fr', 'le 22 novembre 2026 à 08:14 UTC, depuis l’adresse réseau 2001:db8::1.'],
] as const)('SEC-40 it says so in the language of its reader: %s', async ([language, said]) => {
  const texts = await TextBook.load([fileURLToPath(new URL('../../texts/', import.meta.url))])
  const asked = { at: Date.UTC(2026, 10, 22, 8, 14) / 1_000, from: '2001:db8::1' }
  const values = { name: 'Jane', expiresMinutes: '10' }
  for (const template of ['reset-code', 'password-changed'])
    expect(texts.render({ template, values }, { languages: [language], asked, ...CODE }).text.replaceAll(/\s/g, ' ')).toContain(said)
})
