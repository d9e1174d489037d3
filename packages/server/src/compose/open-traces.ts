import type { Logger } from 'pino'
import { version } from '../cli/version.js'
import type { Config } from '../config/config.js'
import { tracedPorts } from '../observe/traced-ports.js'
import type { AnsweredRequest, AroundRequest } from '../http/create-http.js'
import type { RequestEnd, SpanWords, Tracing } from '../observe/tracing.js'
import type { Closers, Ports } from './ports.js'

/** What tells traces, while they are configured; its library is loaded only then. */
export async function openTraces(
  { traces }: Pick<Config, 'traces'>,
  { log, closers }: { readonly log: Logger; readonly closers: Closers },
): Promise<Tracing | undefined> {
  if (traces.is === 'off') return undefined
  const { OtelTracing } = await import('../observe/otel-tracing.js')
  const { url, headers, sample, serviceName } = traces
  const tracing = new OtelTracing({
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
    sample,
    serviceName,
    version: version(),
    onChange(isWell, err) {
      if (isWell) log.info('the collector takes traces again')
      else log.warn({ err }, 'the collector does not take traces; they are dropped')
    },
  })
  closers.push(() => tracing.close())
  return tracing
}

/** What a line of the log has of the trace that it is written in. */
export function traceIn(tracing: Pick<Tracing, 'traceId'> | undefined): { readonly trace?: string } {
  const trace = tracing?.traceId()
  return trace === undefined ? {} : { trace }
}

/** The ports as requests and deliveries use them. */
export function portsTraced(ports: Ports, tracing: Tracing | undefined, { store }: Pick<Config, 'store'>): Ports {
  const words: SpanWords = store.is === 'redis' ? { 'db.system.name': 'redis' } : {}
  return tracing ? tracedPorts(ports, tracing, words) : ports
}

/** @param named says an answer in names of our own. */
export function aroundIn(
  tracing: Tracing,
  { traces }: Pick<Config, 'traces'>,
  named: (seen: AnsweredRequest) => RequestEnd,
): AroundRequest {
  const trusts = traces.is === 'otlp' && traces.trustIncoming
  return (traceparent, answer) =>
    tracing.request(trusts ? traceparent : undefined, async () => {
      const seen = await answer()
      return seen && named(seen)
    })
}
