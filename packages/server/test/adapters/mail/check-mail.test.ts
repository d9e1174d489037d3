import { expect, test } from 'vitest'
import { BentMail, checkMail, isOneAddress } from '../../../src/adapters/mail/check-mail.js'

const MAIL = { to: 'jdoe@example.com', subject: 'Hello', text: 'a\nb', html: '<p>a</p>\n', messageId: '<1@example.com>' }

test.for([
  'jdoe@example.com',
  "o'neil+tag@mail.example.co.uk",
  'a@b',
  'x@localhost',
  '{odd}|name?@example.com',
  `${'l'.repeat(64)}@example.com`,
  'jdoe@xn--bcher-kva.example',
] as const)('takes %s', (address) => {
  expect(isOneAddress(address)).toBe(true)
  expect(() => checkMail({ ...MAIL, to: address })).not.toThrow()
})

// Each of these is two addresses, or another one, to some mail program.
test.for([
  ['nothing', ''],
  ['no domain', 'jdoe@'],
  ['no name', '@example.com'],
  ['no at', 'jdoe'],
  ['two ats', 'jdoe@example.com@evil.example'],
  ['a list', 'jdoe@example.com,eve@evil.example'],
  ['a list with semicolons', 'jdoe@example.com;eve@evil.example'],
  ['a list with blanks', 'jdoe@example.com eve@evil.example'],
  ['a display name', 'John <jdoe@example.com>'],
  ['angle brackets', '<jdoe@example.com>'],
  ['a quoted name', '"eve@evil.example x"@example.com'],
  ['a comment', 'jdoe(eve)@example.com'],
  ['a group', 'all:jdoe@example.com;'],
  ['an address literal', 'jdoe@[127.0.0.1]'],
  ['a route', '@evil.example:jdoe@example.com'],
  ['a percent route is one name, a bang path too, but a backslash is not', 'jdoe\\@evil.example'],
  ['a line break', 'jdoe@example.com\r\nBcc: eve@evil.example'],
  ['a line break at the end', 'jdoe@example.com\n'],
  ['NUL', 'jdoe@example.com\0.evil.example'],
  ['the line separator', 'jdoe@example.com\u2028'],
  ['a dotless i', 'jo\u0131n@example.com'],
  ['the Kelvin sign', 'jdoe@example.\u212aom'],
  ['full-width letters', 'jdoe@\uff45xample.com'],
  ['a full-width at', 'jdoe\uff20example.com'],
  ['an encoded word', '=?utf-8?q?eve=40evil?=@example.com,'],
  ['a dot first', '.jdoe@example.com'],
  ['two dots', 'j..doe@example.com'],
  ['two dots in the domain', 'jdoe@example..com'],
  ['a dot last', 'jdoe@example.com.'],
  ['a hyphen first', 'jdoe@-example.com'],
  ['an underscore in the domain', 'jdoe@exam_ple.com'],
  ['a name of 65 characters', `${'l'.repeat(65)}@example.com`],
  ['255 characters', `j@${'d'.repeat(62)}.${'d'.repeat(62)}.${'d'.repeat(62)}.${'d'.repeat(62)}.de`],
  ['a megabyte', `${'a.'.repeat(500_000)}@example.com`],
] as const)('SEC-35 SEC-37 takes no %s for an address', ([, address]) => {
  expect(isOneAddress(address)).toBe(false)
  expect(() => checkMail({ ...MAIL, to: address })).toThrow(BentMail)
})

test('SEC-38 lets no line break into a header, whatever it looks like', () => {
  for (const breaking of ['\r', '\n', '\r\n', '\0', '\v', '\f', '\u0085', '\u001b', '\u2028', '\u2029']) {
    for (const field of ['to', 'subject', 'messageId'] as const) {
      expect(() => checkMail({ ...MAIL, [field]: `${MAIL[field]}${breaking}X: y` })).toThrow(
        expect.objectContaining({ name: 'BentMail', message: `the ${field} of a mail holds a line break or a control character` }),
      )
    }
  }
})
