import { Secret } from '@rekey/core'
import type { Mail } from '@rekey/core'
import { readSmtpFiles } from '../../../../src/adapters/mail/smtp/read-smtp-files.js'
import { SmtpMailer } from '../../../../src/adapters/mail/smtp/smtp-mailer.js'
import type { SmtpSettings } from '../../../../src/adapters/mail/smtp/smtp-settings.js'
import { CA, PASSWORD, USER } from './mail-server.js'

export const MAIL: Mail = {
  to: 'jdoe@example.com',
  subject: 'Bestätigen Sie, dass Sie ein neues Passwort möchten',
  text: 'Ihr Code: 123456\n',
  html: '<p>Ihr Code: <strong>123456</strong> ✓</p>\n',
  messageId: '<m-1@id.example.com>',
}

/** Settings for a server of the tests. */
export function smtpSettings(port: number, more: Partial<SmtpSettings> = {}): SmtpSettings {
  return {
    name: 'first',
    host: 'localhost',
    port,
    tls: 'required',
    login: { user: USER, password: new Secret(PASSWORD) },
    caFile: CA,
    pool: { connections: 2, messages: 100 },
    timeouts: { connectMs: 5_000, idleMs: 5_000, sendMs: 10_000 },
    ...more,
  }
}

/** Opens a mailer, and closes it at the end of a test. @param atEnd `onTestFinished`. */
export async function openMailer(
  atEnd: (close: () => void) => void,
  port: number,
  more: Partial<SmtpSettings> = {},
  from = { name: 'Rekey, Ümlaut & "Söhne"', address: 'no-reply@example.com' },
): Promise<SmtpMailer> {
  const settings = smtpSettings(port, more)
  const mailer = new SmtpMailer(settings, from, await readSmtpFiles(settings))
  atEnd(() => mailer.close())
  return mailer
}

/** What sending throws. */
export async function faultOf(sending: Promise<void>): Promise<unknown> {
  return sending.then(
    () => undefined,
    (error: unknown) => error,
  )
}
