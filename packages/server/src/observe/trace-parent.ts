import { TraceFlags, type SpanContext } from '@opentelemetry/api'

/** Source: W3C Trace Context, level 1, section 3.2. Other versions than `00` begin a new trace, as section 4.3 allows. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/** Reads a `traceparent`. Of its flags only *sampled* is taken, and `tracestate` never: it may hold anything. */
export function readTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, isRemote: true, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED }
}
