import type { Claim, ClaimResult } from '../ports/conversations.js'
import type { Reference } from './carriers.js'
import type { Clock } from './clock.js'
import { keepRenewing } from './lease.js'
import type { EngineParts } from './parts.js'
import type { Sitting } from './sitting.js'

export type Claimed = Extract<ClaimResult, { is: 'claimed' }>

/** Beyond the lease of whoever holds the conversation, a request waits this long for it. */
const PATIENCE_MS = 500
/** Claims conversations, and holds them while they are judged. */
export class Claims {
  constructor(
    private readonly parts: EngineParts,
    private readonly clock: Clock,
  ) {}

  /** Claims, waiting with jitter while somebody else holds the conversation. */
  async claim({ id, version }: Reference, digest: string | undefined): Promise<ClaimResult> {
    const { conversations, leaseMs } = this.parts
    const request = { id, leaseMs, ...(version !== undefined && { version }), ...(digest !== undefined && { digest }) }
    const until = performance.now() + leaseMs + PATIENCE_MS
    for (let tries = 1; ; tries++) {
      const result = await conversations.claim(request)
      if (result.is === 'claimed' || result.is === 'replayed') this.clock.heard(result.now)
      if (result.is !== 'busy' || performance.now() >= until) return result
      const pause = Math.min(result.leaseLeftMs + 1, 2 + Math.random() * Math.min(8 * tries, 100))
      await new Promise((resume) => setTimeout(resume, pause))
    }
  }

  /**
   * Judges under a claim. The lease is renewed while that takes long, and given back when it fails; but not when a change was marked whose
   * outcome is unknown: whoever comes next must wait for the lease and find out.
   * @param judge tells by `held` which sitting it works on, once it has one.
   */
  async holding<T>(claim: Claim, judge: (held: (sitting: Sitting) => void) => Promise<T>): Promise<T> {
    const stop = keepRenewing(this.parts, claim)
    let sitting: Sitting | undefined
    try {
      return await judge((held) => (sitting = held))
    } catch (fault) {
      stop()
      if (sitting?.marked !== true) await this.parts.conversations.release(claim)
      throw fault
    } finally {
      stop()
    }
  }
}
