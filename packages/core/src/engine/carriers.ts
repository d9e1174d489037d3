import type { Handles } from '../token/handle.js'
import type { Tokens } from '../token/token.js'
import { audienceOf } from './flow-book.js'
import type { Intent } from './intent.js'
import { approvalAudience } from './letters.js'
import { handlePurpose } from './view-of.js'

/** Which conversation a request is about, and what its carrier says of it. */
export interface Reference {
  readonly is: 'conversation'
  readonly id: string
  /** Absent for carriers that state none. */
  readonly version?: number
  /** The round that a link was mailed for. */
  readonly round?: number
}

export type CarrierRefused = { readonly is: 'refused'; readonly code: 'token-invalid' | 'token-foreign' }

/** Reads how requests carry their conversation; no I/O, so that bent ones cost nothing. */
export class Carriers {
  constructor(
    private readonly tokens: Tokens,
    private readonly handles: Handles,
  ) {}

  /** @param now seconds since the epoch. */
  read({ act, carried, dialect, flow, speaks }: Intent, now: number): Reference | CarrierRefused {
    const invalid = { is: 'refused', code: 'token-invalid' } as const
    if (carried === undefined) return invalid
    if (typeof carried === 'string') {
      const claims = this.tokens.verify(carried, now)
      if (!claims) return invalid
      // Where the wire does not name the flow, the token does.
      const all = audienceOf(dialect, '')
      const ours =
        flow === ''
          ? claims.aud.startsWith(all) && (speaks === undefined || speaks(claims.aud.slice(all.length)))
          : claims.aud === audienceOf(dialect, flow)
      if (!ours) return { is: 'refused', code: 'token-foreign' }
      return { is: 'conversation', id: claims.jti, version: claims.ver }
    }
    if (carried.is === 'handle') {
      const { handle, purpose, beside } = carried
      const id = this.handles.read(handle, handlePurpose(dialect, purpose))
      if (id === undefined) return invalid
      const agrees = beside === undefined || this.handles.read(beside.handle, handlePurpose(dialect, beside.purpose)) === id
      return agrees ? { is: 'conversation', id } : invalid
    }
    // Whoever holds the link of a message may look, approve and deny, and nothing else.
    if (act !== 'look' && act !== 'approve' && act !== 'deny') return invalid
    const claims = this.tokens.verify(carried.token, now)
    return claims?.aud === approvalAudience(dialect) ? { is: 'conversation', id: claims.jti, round: claims.ver } : invalid
  }
}
