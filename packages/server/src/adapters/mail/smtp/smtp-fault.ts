import { DeliveryFault } from '@rekey/core'
import { ProviderFault } from '../../../delivery/provider-fault.js'

/** Commands that are about one mail: what a server says to them says nothing of the next one. Source: RFC 5321, section 3.3. */
const OF_ONE_MAIL: ReadonlySet<unknown> = new Set(['RCPT TO', 'DATA'])
const SERVICE_CLOSES = 421

/**
 * What an error of the client means for the mail. Its text is left behind: servers repeat addresses in theirs.
 * Source: RFC 5321, section 4.2.1: a reply of 5xx is for good, one of 4xx for now.
 */
export function smtpFault(error: unknown): DeliveryFault {
  const responseCode = memberOf(error, 'responseCode')
  if (OF_ONE_MAIL.has(memberOf(error, 'command')) && typeof responseCode === 'number' && responseCode !== SERVICE_CLOSES) {
    if (responseCode >= 500) return new DeliveryFault(`refused-${responseCode}`, { isFinal: true })
    if (responseCode >= 400) return new DeliveryFault(`deferred-${responseCode}`)
  }
  const word = isOfTls(error) ? 'tls' : (WORDS.get(memberOf(error, 'code')) ?? 'fault')
  return new ProviderFault(typeof responseCode === 'number' ? `${word}-${responseCode}` : word)
}

/** Source: the codes of nodemailer. */
const WORDS: ReadonlyMap<unknown, string> = new Map([
  ['EAUTH', 'log-in'],
  ['ENOAUTH', 'log-in'],
  ['ETLS', 'tls'],
  ['EREQUIRETLS', 'tls'],
  ['ETIMEDOUT', 'timed-out'],
  ['EABORT', 'timed-out'],
  ['EDNS', 'unknown-host'],
  ['ECONNECTION', 'connection'],
  ['ESOCKET', 'connection'],
  ['EENVELOPE', 'sender'],
  ['EMESSAGE', 'message'],
  ['EPROTOCOL', 'protocol'],
])

/** Source: Node.js documentation, X509 certificate error codes; the client keeps Node's code beside its own. */
function isOfTls(error: unknown): boolean {
  const code = memberOf(error, 'originalCode')
  return typeof code === 'string' && /CERT|SSL|TLS|SIGNATURE|UNABLE_TO/.test(code)
}

function memberOf(error: unknown, name: 'code' | 'originalCode' | 'command' | 'responseCode'): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined
}
