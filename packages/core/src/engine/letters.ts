import { Codes } from '../ports/codes.js'
import type { Message } from '../step/message.js'
import type { Secret } from '../step/secret.js'
import type { Tokens } from '../token/token.js'
import type { OwedMessage } from './encoding.js'
import { audienceOf } from './flow-book.js'
import type { ServiceBook } from './program.js'
import type { Views } from './view-of.js'

/** What the link of a message is built of: the token to resume by, the one to approve by, and the handles of the conversation. */
export interface Link {
  readonly token: string
  readonly approval: string
  readonly handles: { readonly [purpose: string]: string }
}

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
      readonly code?: Secret | undefined
      /** When somebody asked for it, in seconds since the epoch, and from which network address where messages tell that. */
      readonly asked?: { readonly at: number; readonly from?: string } | undefined
      /** Minted now, for the link that the dialect builds: to resume by, or to approve by. */
      readonly link?: Link | undefined
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
    const { id, conversation, dialect, as, languages, message, asked } = owed
    if (owed.void) return { is: 'void', id, conversation, dialect, as, message }
    if (message.expiresAt !== undefined && message.expiresAt <= now) return { is: 'expired', id, conversation, dialect, as, message }
    const code = message.code && this.#codes?.of(message.code.round, message.code.format)
    const link = message.link === true ? this.#linkOf(owed) : undefined
    return { is: 'due', id, conversation, dialect, as, message, languages, code, asked, link }
  }

  #linkOf({ conversation, dialect, as, version, issuedAt: iat, expiresAt, message }: OwedMessage): Link {
    const ver = message.code?.round.number ?? 0
    const approvedUntil = message.expiresAt ?? expiresAt
    return {
      token: this.tokens.mint({ jti: conversation, ver: version, aud: audienceOf(dialect, as), iat, exp: expiresAt }),
      approval: this.tokens.mint({ jti: conversation, ver, aud: approvalAudience(dialect), iat, exp: approvedUntil }),
      handles: this.views.handlesOf(dialect, conversation),
    }
  }
}
