import type { Required } from './machine.js'
import type { Evidence } from './snapshot.js'

/**
 * Whether the evidence earns a credential change. The compiler has proved it for every path; this is the second look, at run time.
 * What was proved about somebody else does not count. Two factors count on two channels only, `session` suffices alone for a first password only, and `vouched` counts only where the flow requires it.
 */
export function earns(required: Required, evidence: readonly Evidence[], who: string, first = false): boolean {
  const about = evidence.filter((one) => one.who === undefined || one.who === who)
  if (required === 'vouched') return about.some((one) => one.class === 'vouched')
  const factors = about.filter((one) => one.class !== 'vouched')
  if (factors.length === 0 || (!first && factors.every((one) => one.class === 'session'))) return false
  const count = required.distinctChannels ? new Set(factors.map((one) => one.channel)).size : factors.length
  return count >= required.factors
}
