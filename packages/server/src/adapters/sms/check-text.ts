import type { Text } from '@rekey/core'

/** A text message that nobody may send. The message names the field and never its value. */
export class BentText extends Error {
  override readonly name = 'BentText'
}

// Written for people, as directories hold it: an optional plus, digits, and what stands between them.
const NUMBER = /^\+?[0-9](?:[ ()./-]{0,2}[0-9]){3,19}$/

/** Longest text: ten parts of a concatenated message. */
const MAX_TEXT = 1_530

/**
 * The door of every sender of text messages: it is called before anything else.
 * @throws BentText when `to` is not exactly one plain number, or the text is empty or too long.
 */
export function checkText({ to, text }: Text): void {
  if (!NUMBER.test(to)) throw new BentText('the recipient of a text message is not one plain number')
  if (text === '' || text.length > MAX_TEXT) throw new BentText('a text message is empty or too long')
}
