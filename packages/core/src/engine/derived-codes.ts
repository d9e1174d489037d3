import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Codes } from '../ports/codes.js'
import type { CodeFormat, Round } from '../step/message.js'
import { Secret } from '../step/secret.js'
import type { DerivedKey, Keyring } from '../token/keyring.js'

/** Codes that are derived from conversation, step and round, and never stored. The first key makes them, all keys are accepted. */
export class DerivedCodes implements Codes {
  constructor(private readonly keyring: Keyring) {}

  of(round: Round, format: CodeFormat): Secret {
    const [first] = this.keyring.codes
    if (!first) throw new RangeError('there is no key for codes')
    return new Secret(derive(first, round, format))
  }

  matches(given: Secret, round: Round, format: CodeFormat): boolean {
    const digest = digestOf(given.reveal())
    let found = false
    for (const key of this.keyring.codes) {
      // No early exit: the time must not tell which key, or whether any, was right.
      found = timingSafeEqual(digest, digestOf(derive(key, round, format))) || found
    }
    return found
  }
}

/** Equal lengths for the comparison, whatever was typed. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function derive(key: DerivedKey, round: Round, format: CodeFormat): string {
  const block = (counter: number) =>
    createHmac('sha256', key.object).update(`${round.conversation}\0${round.step}\0${round.number}\0${format.is}\0${counter}`).digest()
  switch (format.is) {
    case 'digits':
      return digits(block, format.length)
    case 'uuid':
      return uuid(block(0))
  }
}

/** Bytes from 250 on are passed over, so that every digit is as likely as any other. */
function digits(block: (counter: number) => Buffer, length: number): string {
  let text = ''
  for (let counter = 0; text.length < length; counter++) {
    for (const byte of block(counter)) {
      if (byte < 250 && text.length < length) text += String(byte % 10)
    }
  }
  return text
}

/** Version 8 (free form) of RFC 9562: 122 bits of the code's own. */
function uuid(bytes: Buffer): string {
  const hex = bytes.subarray(0, 16)
  hex[6] = ((hex[6] ?? 0) & 0x0f) | 0x80
  hex[8] = ((hex[8] ?? 0) & 0x3f) | 0x80
  return hex.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
