import type { View } from '../engine/view.js'
import type { AuditEvent } from '../ports/audit.js'

/** Where the conversations of a case have been, in order. */
export type Trace = readonly TraceEntry[]

export interface TraceEntry {
  readonly conversation: string
  readonly flow: string
  /** The step or choice it was at; absent where it came to its good end. */
  readonly at?: string
  /** The options that a choice offered. */
  readonly offered?: readonly string[]
  /** Whether a failure of what stands before has led here. */
  readonly returned?: true
}

/** Events that tell that a step was entered; others may name one that was not. */
const VISITS: ReadonlySet<string> = new Set([
  'opened',
  'passed',
  'named',
  'hidden',
  'refused',
  'failed',
  'chosen',
  'returned',
  'approved',
  'changed',
])

/** Follows what is recorded and shown, from now on. */
export function traceOf(events: readonly AuditEvent[]): { see(view: View | undefined): void; end(): Trace } {
  const entries: TraceEntry[] = []
  let seen = events.length
  const drain = () => {
    for (const event of events.slice(seen)) entries.push(...entryOf(event))
    seen = events.length
  }
  return {
    see(view) {
      drain()
      if (view?.is !== 'open') return
      const { conversation, flow, requirement } = view
      const { step, options } = requirement
      entries.push({ conversation, flow, at: step.id, ...(options && { offered: options.map((option) => option.step.id) }) })
    },
    end() {
      drain()
      return entries
    },
  }
}

function entryOf({ event, conversation, flow, step, reason }: AuditEvent): readonly TraceEntry[] {
  if (conversation === undefined || flow === undefined) return []
  if (event === 'ended' && reason === 'completed')
    return [...(step === undefined ? [] : [{ conversation, flow, at: step }]), { conversation, flow }]
  // A step that ends a conversation was entered for it.
  const visits = step !== undefined && (VISITS.has(event) || event === 'ended')
  if (!visits) return []
  return [{ conversation, flow, at: step, ...(reason === 'no-option' && { offered: [] }), ...(event === 'returned' && { returned: true }) }]
}
