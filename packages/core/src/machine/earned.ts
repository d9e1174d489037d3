import type { Required } from './machine.js'
import type { Evidence } from './snapshot.js'

/**
 * Whether the evidence earns a credential change. The compiler has proved it for every path; this is the second look, at run time.
 * Two factors count on two channels only, `session` never suffices alone, and `vouched` counts only where the flow requires it.
 */
export function earns(required: Required, evidence: readonly Evidence[]): boolean {
  if (required === 'vouched') return evidence.some((one) => one.class === 'vouched')
  const factors = evidence.filter((one) => one.class !== 'vouched')
  if (factors.every((one) => one.class === 'session')) return false
  const count = required.distinctChannels ? new Set(factors.map((one) => one.channel)).size : factors.length
  return count >= required.factors
}
