import { Codes } from '../ports/codes.js'
import type { Message } from '../step/message.js'
import type { Secret } from '../step/secret.js'
import type { Tokens } from '../token/token.js'
import { decodeOwed } from './encoding.js'
import { audienceOf } from './flow-book.js'
import type { ServiceBook } from './program.js'

/** A message about to be sent, or the reason why it is not. */
export type Letter =
  | {
      readonly is: 'due'
      /** Basis of the Message-ID; the same on every repetition. */
      readonly id: string
      readonly conversation: string
      readonly dialect: string
      readonly as: string
      readonly languages: readonly string[]
      readonly message: Message
      readonly code?: Secret
      /** Minted now, for the link that the dialect builds. */
      readonly token?: string
    }
  | {
      readonly is: 'void' | 'expired'
      readonly id: string
      readonly conversation: string
      readonly dialect: string
      readonly as: string
      readonly message: Message
    }

/** Opens what commits have owed: codes are derived and tokens minted only now, so that neither was ever stored. */
export class Letters {
  readonly #codes: Codes | undefined

  constructor(
    private readonly tokens: Tokens,
    services: ServiceBook,
  ) {
    // The book is filled by name; `Codes` names this one.
    this.#codes = services.get(Codes.name) as Codes | undefined
  }

  /** @param now seconds since the epoch. */
  open(body: string, now: number): Letter {
    const { id, conversation, dialect, as, languages, message, void: isVoid, version, issuedAt, expiresAt } = decodeOwed(body)
    const of = { id, conversation, dialect, as, message }
    if (isVoid) return { is: 'void', ...of }
    if (message.expiresAt !== undefined && message.expiresAt <= now) return { is: 'expired', ...of }
    const code = message.code && this.#codes?.of(message.code.round, message.code.format)
    return {
      is: 'due',
      ...of,
      languages,
      ...(code && { code }),
      ...(message.link === true && {
        token: this.tokens.mint({ jti: conversation, ver: version, aud: audienceOf(dialect, as), iat: issuedAt, exp: expiresAt }),
      }),
    }
  }
}
