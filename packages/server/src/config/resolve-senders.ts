import { resolve } from 'node:path'
import { durationSeconds, Secret } from '@rekey/core'
import type { SmtpSettings } from '../adapters/mail/smtp/smtp-settings.js'
import type { SmsProvider } from './config.js'
import type { FilledConfig } from './schema.js'

type FilledSmtp = NonNullable<FilledConfig['mail']['smtp']>

/** The mail servers, in order; `mail.smtp` is the only one, and called `smtp`. */
export function mailProviders({ smtp, providers }: FilledConfig['mail'], folder: string): readonly SmtpSettings[] {
  const all = providers ?? (smtp ? [{ name: 'smtp', ...smtp }] : [])
  return all.map(({ name, ...server }) => smtpSettings(name, server, folder))
}

/** The providers of text messages, in order; `sms.url` is the only one, and called `sms`. */
export function smsProviders({ url, secret, timeout, providers }: FilledConfig['sms']): readonly SmsProvider[] {
  const all = providers ?? (url === undefined ? [] : [{ name: 'sms', url, secret: secret ?? '', timeout }])
  return all.map((one) => ({ name: one.name, url: one.url, secret: new Secret(one.secret), timeoutMs: milliseconds(one.timeout) }))
}

function smtpSettings(name: string, server: FilledSmtp, folder: string): SmtpSettings {
  const { host, port, user, password, tls, caFile, pool, timeouts, dkim } = server
  return {
    name,
    host,
    port: port ?? (tls === 'implicit' ? 465 : 587),
    ...(user !== undefined && { login: { user, password: new Secret(password ?? '') } }),
    tls,
    ...(caFile !== undefined && { caFile: resolve(folder, caFile) }),
    pool,
    timeouts: {
      connectMs: milliseconds(timeouts.connect),
      idleMs: milliseconds(timeouts.idle),
      sendMs: milliseconds(timeouts.send),
    },
    ...(dkim && { dkim: { ...dkim, keyFile: resolve(folder, dkim.keyFile) } }),
  }
}

function milliseconds(duration: string): number {
  return durationSeconds(duration) * 1_000
}
