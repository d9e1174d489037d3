import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkMail } from '../../../src/adapters/mail/check-mail.js'
import { TextBook } from '../../../src/adapters/mail/text-book.js'

const SHIPPED = fileURLToPath(new URL('../../../texts', import.meta.url))
const LINK = 'https://id.example.com/#/passwordreset/&token=a.b.c&code=123'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-texts-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('ships its texts in three languages', async () => {
  const book = await TextBook.load([SHIPPED])
  expect(book.templates).toEqual(['attempts-notice', 'password-changed', 'reset-code', 'reset-code-sms'])
  const values = { name: 'Zoë', expiresMinutes: '10' }
  const subjects = book.templates
    .filter((template) => template !== 'reset-code-sms')
    .flatMap((template) =>
      ['de-CH', 'en', 'fr'].map((language) => {
        const rendered = book.render({ template, values }, { code: new Secret('123456'), languages: [language] })
        for (const part of [rendered.text, rendered.html]) expect(part).toContain('Zoë')
        expect(rendered.text.includes('123456') && rendered.html.includes('123456')).toBe(template === 'reset-code')
        return `${rendered.language}: ${rendered.subject}`
      }),
    )
  expect(subjects).toEqual([
    'de: Zu viele Versuche, Ihr Passwort zurückzusetzen',
    'en: Too many attempts to reset your password',
    'fr: Trop d’essais pour réinitialiser votre mot de passe',
    'de: Ihr Passwort wurde geändert',
    'en: Your password was changed',
    'fr: Votre mot de passe a été modifié',
    'de: Bestätigen Sie, dass Sie ein neues Passwort möchten',
    'en: Confirm that you want a new password',
    'fr: Confirmez que vous voulez un nouveau mot de passe',
  ])
})

test('writes text messages, short and in one piece', async () => {
  const book = await TextBook.load([SHIPPED])
  const message = { template: 'reset-code-sms', values: { name: 'John', expiresMinutes: '10' } }
  const sending = { code: new Secret('123456'), languages: ['en'] }
  expect(book.renderSms(message, sending)).toEqual({
    language: 'en',
    text: 'Your code is 123456. It is good for 10 minutes. We never ask for it; if it was not you, ignore this message.',
  })
  expect(book.renderSms(message, { ...sending, languages: ['de'], link: LINK }).text).toBe(
    `Ihr Code ist 123456. Er gilt 10 Minuten. Wir fragen nie danach; wenn Sie das nicht waren, müssen Sie nichts tun.\nOder fahren Sie hier fort: ${LINK}`,
  )
  expect(() => book.render(message, sending)).toThrow('is that of a text message')
  expect(() => book.renderSms({ ...message, template: 'reset-code' }, sending)).toThrow('is that of a mail')
})

test('writes the code, and the link where there is one', async () => {
  const book = await TextBook.load([SHIPPED])
  const message = { template: 'reset-code', values: { name: 'John', expiresMinutes: '10' } }
  const sending = { code: new Secret('123456'), languages: ['en'] }
  expect(book.render(message, sending).text).toBe(`Hello John,

somebody asked for a new password for your account. If it was you, enter this code:

    123456

The code is good for 10 minutes.

If it was not you, you need not do anything: without the code your password stays as it is. Do not pass the code on to anybody; we never ask for it.
`)
  expect(book.render(message, { ...sending, link: LINK })).toEqual({
    language: 'en',
    subject: 'Confirm that you want a new password',
    text: `Hello John,

somebody asked for a new password for your account. If it was you, enter this code:

    123456

Or open this page to go on:

    ${LINK}

The code is good for 10 minutes.

If it was not you, you need not do anything: without the code your password stays as it is. Do not pass the code on to anybody; we never ask for it.
`,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Confirm that you want a new password</title>
</head>
<body>
<p>Hello John,</p>
<p>somebody asked for a new password for your account. If it was you, enter this code:</p>
<p><strong>123456</strong></p>
<p>Or go on here: <a href="https://id.example.com/#/passwordreset/&amp;token=a.b.c&amp;code=123">choose a new password</a></p>
<p>The code is good for 10 minutes.</p>
<p>If it was not you, you need not do anything: without the code your password stays as it is. Do not pass the code on to anybody; we never ask for it.</p>

</body>
</html>
`,
  })
})

test.for([
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['"\'&', '"\'&', '&#34;&#39;&amp;'],
  ['{{ code }}', '{{ code }}', '{{ code }}'],
  ['{% include "/etc/passwd" %}', '{% include "/etc/passwd" %}', '{% include &#34;/etc/passwd&#34; %}'],
  ['${code} <% code %>', '${code} <% code %>', '${code} &lt;% code %&gt;'],
  ['a\r\nBcc: eve@evil.example', 'a Bcc: eve@evil.example', 'a\r\nBcc: eve@evil.example'],
  ['a\0b\u2028c', 'a b c', 'a\0b\u2028c'],
] as const)('SEC-38 SEC-39 values are data in every part: prints %j as it is', async ([name, plain, html]) => {
  await write('greeting.en.yaml', 'subject: Hello {{ name }}\ntext: Hello {{ name }}\nhtml: <p>{{ name }}</p>\n')
  const rendered = (await TextBook.load([folder])).render(
    { template: 'greeting', values: { name } },
    { code: new Secret('1'), languages: [] },
  )
  expect(rendered).toEqual({ language: 'en', subject: `Hello ${plain}`, text: `Hello ${plain}`, html: `<p>${html}</p>` })
  checkMail({ ...rendered, to: 'jdoe@example.com', messageId: '<1@example.com>' })
})

test('lets a folder put texts in the place of those of an earlier one', async () => {
  await write('reset-code.en.yaml', 'subject: Ours\ntext: "{{ name }} {{ code }} {{ expiresMinutes }} {{ link }}"\nhtml: ours\n')
  await write('frame.liquid', '[{{ language }} {{ body | raw }}]')
  const book = await TextBook.load([SHIPPED, folder])
  const message = { template: 'reset-code', values: { name: 'John', expiresMinutes: '10' } }
  const sending = { code: new Secret('1'), link: LINK }
  expect(book.render(message, { ...sending, languages: ['it'] })).toEqual({
    language: 'en',
    subject: 'Ours',
    text: `John 1 10 ${LINK}`,
    html: '[en ours]',
  })
  expect(book.render(message, { ...sending, languages: ['fr'] }).subject).toBe('Confirmez que vous voulez un nouveau mot de passe')
})

test.for([
  ['bad YAML', { 'a.en.yaml': 'subject: "a\n' }, 'a.en.yaml:2:1 Missing closing "quote'],
  ['no mapping', { 'a.en.yaml': '- a' }, 'a.en.yaml:1:1 a text is a mapping of `subject`, `text`, `html`'],
  ['a part that is none', { 'a.en.yaml': 'subject: a\ntext: b\nhtml: c\nbody: d' }, 'a.en.yaml:4:1 unknown part'],
  ['a part that is missing', { 'a.en.yaml': 'subject: a\ntext: b' }, 'a.en.yaml:1:1 `html` is a text'],
  ['a part that is no text', { 'a.en.yaml': 'subject: 5\ntext: b\nhtml: c' }, 'a.en.yaml:1:10 `subject` is a text'],
  ['a bent template', { 'a.en.yaml': 'subject: a\ntext: "{% if %}"\nhtml: c' }, 'a.en.yaml (text): invalid value expression'],
  ['an unknown filter', { 'a.en.yaml': 'subject: a\ntext: b\nhtml: "{{ name | shout }}"' }, 'a.en.yaml (html): undefined filter: shout'],
  ['a file of the server', { 'a.en.yaml': `subject: a\ntext: '{% include "/etc/hostname" %}'\nhtml: c` }, 'a.en.yaml (text): ENOENT'],
  [
    'the code in the subject',
    { 'a.en.yaml': 'subject: "{{ code }}"\ntext: b\nhtml: c' },
    'a.en.yaml (subject): the code must not stand in the subject',
  ],
  [
    'the link in the subject',
    { 'a.en.yaml': 'subject: "{% if link %}x{% endif %}"\ntext: b\nhtml: c' },
    'a.en.yaml (subject): the link must not stand in the subject',
  ],
  ['another name for a file', { 'a.yaml': 'subject: a' }, 'a.yaml: a text is named <template>.<language>.yaml'],
  ['no English', { 'a.de.yaml': 'subject: a\ntext: b\nhtml: c' }, 'the text `a` is missing in `en`'],
  [
    'a translation that reads more',
    { 'a.en.yaml': 'subject: a\ntext: b\nhtml: c', 'a.de.yaml': 'subject: a\ntext: "{{ nmae }}"\nhtml: c' },
    'a.de.yaml: reads `nmae`, which',
  ],
] as const)('refuses %s when it is loaded', async ([, files, message]) => {
  for (const [name, text] of Object.entries(files)) await write(name, text)
  await expect(TextBook.load([folder])).rejects.toThrow(
    expect.objectContaining({ name: 'TextFileError', message: expect.stringContaining(message) }),
  )
})

test.for([
  ['a text that is not there', 'nothing', {}, 'there is no text `nothing`'],
  ['a value that is not there', 'greeting', {}, 'undefined variable: name'],
  ['a value behind a value', 'inner', { name: 'x' }, 'undefined variable: name.constructor'],
] as const)('prints nothing for %s', async ([, template, values, message]) => {
  await write('greeting.en.yaml', 'subject: a\ntext: "{{ name }}"\nhtml: c')
  await write('inner.en.yaml', 'subject: a\ntext: "{{ name.constructor }}"\nhtml: c')
  const book = await TextBook.load([folder])
  expect(() => book.render({ template, values }, { languages: [] })).toThrow(message)
})

test.for([
  ['de-sie', 'am 22. November 2026 um 08:14 UTC'],
  ['no_NO_NY', 'am 22. november 2026 kl. 08:14 UTC'],
  ['de_CH', 'am 22. November 2026 um 08:14 UTC'],
  ['tlh', 'am November 22, 2026 at 8:14 AM UTC'],
  ['abcd', 'am November 22, 2026 at 8:14 AM UTC'],
] as const)('a language of which Intl knows little, `%s`, has times as its nearest kin', async ([language, text]) => {
  for (const name of ['en', language]) await write(`greeting.${name}.yaml`, 'subject: a\ntext: "am {{ askedAt }}"\nhtml: c')
  const book = await TextBook.load([folder])
  const asked = { at: Date.UTC(2026, 10, 22, 8, 14) / 1_000 }
  const rendered = book.render({ template: 'greeting', values: {} }, { languages: [language.replaceAll('_', '-')], asked })
  expect([rendered.language, rendered.text.replaceAll(/\s+/g, ' ').trim()]).toEqual([language, text])
})

test('a time is written for the texts alone that tell it', async () => {
  await write('greeting.en.yaml', 'subject: a\ntext: b\nhtml: c')
  const book = await TextBook.load([folder])
  // No calendar has such a day.
  const asked = { at: Number.NaN }
  expect(book.render({ template: 'greeting', values: {} }, { languages: [], asked }).text).toBe('b')
})

test.for([
  ['nobody knows when', {}, '||'],
  ['nobody is to be told from where', { asked: { at: 0 } }, 'January 1, 1970 at 12:00 AM UTC||at'],
  ['all is known', { asked: { at: 0, from: '127.0.0.1' } }, 'January 1, 1970 at 12:00 AM UTC|127.0.0.1|at from'],
] as const)('a text may print when and from where bare: %s', async ([, sending, said]) => {
  const text = '"{{ askedAt }}|{{ askedFrom }}|{% if askedAt %}at{% endif %}{% if askedFrom %} from{% endif %}"'
  await write('greeting.en.yaml', `subject: a\ntext: ${text}\nhtml: ${text}`)
  const book = await TextBook.load([folder])
  const rendered = book.render({ template: 'greeting', values: {} }, { languages: [], ...sending })
  for (const part of [rendered.text, rendered.html]) expect(part.replaceAll(/\s+/g, ' ').trim()).toBe(said)
})

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text)
}
