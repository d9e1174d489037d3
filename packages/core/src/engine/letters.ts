import { Codes } from '../ports/codes.js'
import type { Message } from '../step/message.js'
import type { Secret } from '../step/secret.js'
import type { Tokens } from '../token/token.js'
import type { OwedMessage } from './encoding.js'
import { audienceOf } from './flow-book.js'
import type { ServiceBook } from './program.js'
import type { Views } from './view-of.js'

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
      /** When somebody asked for it, in seconds since the epoch, and from which network address where messages tell that. */
      readonly asked?: { readonly at: number; readonly from?: string }
      /** Minted now, for the link that the dialect builds: to resume by, or to approve by. */
      readonly link?: { readonly token: string; readonly approval: string; readonly handles: { readonly [purpose: string]: string } }
    }
  | {
      readonly is: 'void' | 'expired'
      readonly id: string
      readonly conversation: string
      readonly dialect: string
      readonly as: string
      readonly message: Message
    }

/** The `aud` of the token by which a link approves: it moves nothing and is good for nothing else. */
export function approvalAudience(dialect: string): string {
  return `${dialect}#approval`
}

/** Opens what commits have owed: codes are derived and tokens minted only now, so that neither was ever stored. */
export class Letters {
  readonly #codes: Codes | undefined

  constructor(
    private readonly tokens: Tokens,
    private readonly views: Pick<Views, 'handlesOf'>,
    services: ServiceBook,
  ) {
    // The book is filled by name; `Codes` names this one.
    this.#codes = services.get(Codes.name) as Codes | undefined
  }

  /** @param now seconds since the epoch. */
  open(owed: OwedMessage, now: number): Letter {
    const { id, conversation, dialect, as, languages, message, void: isVoid, version, issuedAt: iat, expiresAt, asked } = owed
    const of = { id, conversation, dialect, as, message }
    if (isVoid) return { is: 'void', ...of }
    if (message.expiresAt !== undefined && message.expiresAt <= now) return { is: 'expired', ...of }
    const code = message.code && this.#codes?.of(message.code.round, message.code.format)
    const ways = { jti: conversation, iat }
    return {
      is: 'due',
      ...of,
      languages,
      ...(code && { code }),
      ...(asked && { asked }),
      ...(message.link === true && {
        link: {
          token: this.tokens.mint({ ...ways, ver: version, aud: audienceOf(dialect, as), exp: expiresAt }),
          approval: this.tokens.mint({
            ...ways,
            ver: message.code?.round.number ?? 0,
            aud: approvalAudience(dialect),
            exp: message.expiresAt ?? expiresAt,
          }),
          handles: this.views.handlesOf(dialect, conversation),
        },
      }),
    }
  }
}
