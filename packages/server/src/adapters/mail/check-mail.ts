import type { Mail } from '@rekey/core'

/** A mail that no mailer may send. The message names the field and never its value. */
export class BentMail extends Error {
  override readonly name = 'BentMail'
}

/**
 * The mailer's door: every mailer calls it before anything else, so that an address or a header that carries more than it seems to
 * is stopped in one place whatever it came through.
 * @throws BentMail when a header holds a line break or a control character, or `to` is not exactly one plain address.
 */
export function checkMail(mail: Mail): void {
  for (const field of ['to', 'subject', 'messageId'] as const) {
    if (BREAKS_A_HEADER.test(mail[field])) throw new BentMail(`the ${field} of a mail holds a line break or a control character`)
  }
  if (!isOneAddress(mail.to)) throw new BentMail('the recipient of a mail is not one plain address')
}

/**
 * True for one address in its plain form: an ASCII dot-atom, `@`, a host name of letters, digits and hyphens. Quoted local parts,
 * comments, display names, lists, address literals and letters beyond ASCII are refused: mail programs disagree about them, and such
 * disagreement has sent codes to strangers.
 * Source: RFC 5321 section 4.1.2 for the forms, section 4.5.3.1 for the lengths.
 */
export function isOneAddress(text: string): boolean {
  if (text.length > MAX_ADDRESS_LENGTH) return false
  const at = text.indexOf('@')
  const local = text.slice(0, at)
  return (
    at > 0 &&
    at <= MAX_LOCAL_LENGTH &&
    DOT_ATOM.test(local) &&
    text
      .slice(at + 1)
      .split('.')
      .every(isHostLabel)
  )
}

// Every control character, not only those that break lines: none has a place in a header.
const BREAKS_A_HEADER = /[\p{Cc}\u2028\u2029]/u
const MAX_ADDRESS_LENGTH = 254
const MAX_LOCAL_LENGTH = 64
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const HOST_LABEL = /^[A-Za-z0-9-]{1,63}$/

function isHostLabel(label: string): boolean {
  return HOST_LABEL.test(label) && !label.startsWith('-') && !label.endsWith('-')
}
