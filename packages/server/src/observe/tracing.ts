/** What a span says: words of our own and names of the configuration; nothing that a caller sent, no id of a person, no message of a fault. */
export type SpanWords = Readonly<Record<string, string>>

/** How a request went. */
export interface RequestEnd {
  readonly method: string
  /** The pattern of the route; undefined when none matched. */
  readonly route?: string | undefined
  readonly dialect?: string | undefined
  readonly status: number
  readonly requestId: string
}

/**
 * Tells somebody outside the course of requests and deliveries. What runs within a span, and what that starts, belongs to it; outside of all spans
 * nothing is told.
 */
export interface Tracing {
  /**
   * Runs a request in a span of its own.
   * @param traceparent of a trace to go on with: W3C Trace Context, level 1. What is no such text begins a new trace.
   * @param run gives how the request went; undefined when its caller has gone.
   */
  request(traceparent: string | undefined, run: () => Promise<RequestEnd | undefined>): Promise<void>
  /** Runs a part of what is going on in a span below it; a throw marks the span. */
  within<T>(name: string, is: 'ours' | 'call', words: SpanWords, run: () => T | Promise<T>): Promise<T>
  /** Notes that what is going on owes these bodies of the outbox, so that their delivery can be linked to it. */
  owes(bodies: readonly string[]): void
  /** Runs a delivery in a span of its own, linked to what owed it where this process knows. */
  delivers(name: string, body: string | undefined, run: () => Promise<void>): Promise<void>
  /** The id of the trace that is going on and told: 32 hexadecimal digits. */
  traceId(): string | undefined
  /** Sends what is left, for two seconds at the most. */
  close(): Promise<void>
}
