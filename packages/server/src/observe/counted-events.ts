/**
 * Events at steps that are counted, one by one. Those that happen to people who exist only, or only to others, are not among them: `hidden` comes
 * before the event that everybody has, and `refused` is one for whatever reason.
 */
export const STEP_EVENTS: ReadonlySet<string> = new Set([
  'named',
  'opened',
  'passed',
  'skipped',
  'chosen',
  'approved',
  'refused',
  'returned',
  'changed',
])

export const ALARMS: ReadonlySet<string> = new Set(['token-refused', 'token-spent'])

/** Ends by what they mean to whoever watches; the reason itself is for the audit trail. */
export function outcomeOf(reason: string | undefined): 'completed' | 'cancelled' | 'failed' {
  if (reason === 'completed') return 'completed'
  return reason === 'cancelled' || reason === 'disowned' || reason === 'operator' ? 'cancelled' : 'failed'
}
