import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span, type SpanContext, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { faultLine } from '../adapters/log/fault-line.js'
import { boundedMethod } from './bounded-method.js'
import { OwedSpans } from './owed-spans.js'
import { PartSampler } from './part-sampler.js'
import { ReportingExporter } from './reporting-exporter.js'
import { readTraceparent } from './trace-parent.js'
import type { RequestEnd, SpanWords, Tracing } from './tracing.js'

export interface OtelTracingOptions {
  /** The collector: OTLP as JSON over HTTP. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Part of the requests that is told, from 0 to 1. */
  readonly sample: number
  readonly serviceName: string
  readonly version: string
  /** Told when the collector stops to take spans, and when it takes them again. */
  readonly onChange: (isWell: boolean, fault: unknown) => void
}

/** Spans that wait at the most, finished ones that are told to nobody yet; later ones are dropped. */
const MOST_WAITING = 2_048
const BATCH = 512
const SEND_EVERY_MS = 1_000
/** Longest that one call to the collector takes, its repetitions included. */
const SEND_MS = 5_000
/** A close sends all that waits at once, beside the call that is under way. */
const CALLS_AT_ONCE = MOST_WAITING / BATCH + 1
const CLOSE_MS = 2_000

/**
 * Traces by OpenTelemetry. Nothing of it is global: neither its context nor what sends, so that servers in one process do not meet. Faults of the
 * collector are nobody's but its own.
 */
export class OtelTracing implements Tracing {
  readonly #spans = new AsyncLocalStorage<Span>()
  readonly #owed = new OwedSpans<SpanContext>()
  readonly #provider: BasicTracerProvider
  readonly #tracer: Tracer

  constructor({ url, headers, sample, serviceName, version, onChange }: OtelTracingOptions) {
    const exporter = new OTLPTraceExporter({
      url,
      headers: { ...headers },
      timeoutMillis: SEND_MS,
      concurrencyLimit: CALLS_AT_ONCE,
      keepAlive: true,
    })
    this.#provider = new BasicTracerProvider({
      // Names of our own only: detectors would tell the command line and the user of the process.
      resource: resourceFromAttributes({
        'service.name': serviceName,
        'service.version': version,
        'service.instance.id': randomUUID(),
      }),
      sampler: new PartSampler(sample),
      spanProcessors: [
        new BatchSpanProcessor(new ReportingExporter(exporter, onChange), {
          maxQueueSize: MOST_WAITING,
          maxExportBatchSize: BATCH,
          scheduledDelayMillis: SEND_EVERY_MS,
          exportTimeoutMillis: SEND_MS,
        }),
      ],
    })
    this.#tracer = this.#provider.getTracer('rekey', version)
  }

  async request(traceparent: string | undefined, run: () => Promise<RequestEnd | undefined>): Promise<void> {
    const above = readTraceparent(traceparent)
    const context = above ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT
    const span = this.#tracer.startSpan('request', { kind: SpanKind.SERVER }, context)
    try {
      const end = await this.#spans.run(span, run)
      if (end) tellEnd(span, end)
    } finally {
      span.end()
    }
  }

  async within<T>(name: string, is: 'ours' | 'call', words: SpanWords, run: () => T | Promise<T>): Promise<T> {
    const above = this.#spans.getStore()
    if (above?.isRecording() !== true) return run()
    const kind = is === 'call' ? SpanKind.CLIENT : SpanKind.INTERNAL
    const span = this.#tracer.startSpan(name, { kind, attributes: words }, trace.setSpan(ROOT_CONTEXT, above))
    try {
      return await this.#spans.run(span, run)
    } catch (fault) {
      const { code, type } = faultLine(fault)
      span.setAttribute('error.type', code ?? type)
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw fault
    } finally {
      span.end()
    }
  }

  owes(bodies: readonly string[]): void {
    const span = this.#spans.getStore()
    if (span?.isRecording() === true) for (const body of bodies) this.#owed.remember(body, span.spanContext())
  }

  async delivers(name: string, body: string | undefined, run: () => Promise<void>): Promise<void> {
    const owner = body === undefined ? undefined : this.#owed.ownerOf(body)
    const options = { kind: SpanKind.CONSUMER, links: owner ? [{ context: owner }] : [] }
    const span = this.#tracer.startSpan(name, options, ROOT_CONTEXT)
    try {
      // How it ended is not told: nothing can fail for somebody who does not exist.
      await this.#spans.run(span, run)
    } finally {
      span.end()
    }
  }

  traceId(): string | undefined {
    const span = this.#spans.getStore()
    return span?.isRecording() === true ? span.spanContext().traceId : undefined
  }

  async close(): Promise<void> {
    const patience = new AbortController()
    // What is still under way then is lost; why, the exporter has told.
    const sent = this.#provider.shutdown().catch(() => undefined)
    await Promise.race([sent, pause(CLOSE_MS, undefined, { signal: patience.signal })])
    patience.abort()
  }
}

function tellEnd(span: Span, { method, route, dialect, status, requestId }: RequestEnd): void {
  const known = boundedMethod(method)
  span.updateName(route === undefined ? known : `${known} ${route}`)
  span.setAttributes({
    'http.request.method': known,
    'rekey.status': `${Math.floor(status / 100)}xx`,
    'rekey.request': requestId,
    ...(route !== undefined && { 'http.route': route }),
    ...(dialect !== undefined && { 'rekey.dialect': dialect }),
  })
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
}
