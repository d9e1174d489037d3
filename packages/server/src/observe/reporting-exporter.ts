import type { SpanExporter } from '@opentelemetry/sdk-trace-base'

type Spans = Parameters<SpanExporter['export']>[0]
type Callback = Parameters<SpanExporter['export']>[1]

/** `ExportResultCode.SUCCESS` of a package that is not ours to import. */
const TAKEN = 0

/** Tells when a collector stops to take what it is sent, and when it takes it again; not each time between. */
export class ReportingExporter implements SpanExporter {
  #isWell = true

  constructor(
    private readonly inner: SpanExporter,
    private readonly onChange: (isWell: boolean, fault: unknown) => void,
  ) {}

  export(spans: Spans, done: Callback): void {
    this.inner.export(spans, (result) => {
      const code: number = result.code
      const isWell = code === TAKEN
      if (isWell !== this.#isWell) this.onChange(isWell, result.error)
      this.#isWell = isWell
      done(result)
    })
  }

  forceFlush(): Promise<void> {
    return this.inner.forceFlush?.() ?? Promise.resolve()
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown()
  }
}
