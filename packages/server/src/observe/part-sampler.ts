import { isSpanContextValid, trace, TraceFlags, type Context, type Link, type SpanContext } from '@opentelemetry/api'
import { SamplingDecision, TraceIdRatioBasedSampler, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-base'

const YES: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED }
const NO: SamplingResult = { decision: SamplingDecision.NOT_RECORD }

/** Tells a part of all requests. Whatever is below or linked to something else goes by what was decided there. */
export class PartSampler implements Sampler {
  readonly #root: Sampler

  /** @param part from 0 to 1. */
  constructor(part: number) {
    this.#root = new TraceIdRatioBasedSampler(part)
  }

  shouldSample(context: Context, traceId: string, ...[name, kind, attributes, links]: SampledBy): SamplingResult {
    const above = trace.getSpanContext(context) ?? links[0]?.context
    if (above !== undefined && isSpanContextValid(above)) return isSampled(above) ? YES : NO
    return this.#root.shouldSample(context, traceId, name, kind, attributes, links)
  }

  toString(): string {
    return 'PartSampler'
  }
}

type SampledBy =
  Parameters<Sampler['shouldSample']> extends [Context, string, ...infer R extends [unknown, unknown, unknown, Link[]]] ? R : never

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0
}
