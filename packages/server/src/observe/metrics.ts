import type { AuditEvent } from '@rekey/core'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { boundedMethod } from './bounded-method.js'
import { BoundedNames } from './bounded-names.js'
import { ALARMS, outcomeOf, STEP_EVENTS } from './counted-events.js'

/** From a cache hit to a hash that waits for others. Seconds. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Flows, steps and step types that have series of their own. */
const MOST_NAMES = 500

/** A request that was answered. */
export interface SeenRequest {
  /** The dialect that answered; undefined for paths of nobody's. */
  readonly dialect?: string | undefined
  /** The pattern of the route; undefined when none matched. */
  readonly route?: string | undefined
  readonly method: string
  readonly status: number
  readonly seconds: number
}

export interface OutboxFigures {
  readonly pending: number
  readonly dead: number
  /** Age of the oldest item that is owed, in milliseconds; absent where the store does not know. */
  readonly oldestMs?: number
}

export interface MetricsSources {
  readonly outbox: () => Promise<OutboxFigures>
  readonly ready: () => Promise<boolean>
}

/**
 * What a server counts and measures. Labels are names of flows, steps, routes and our own words: no id, no address, nothing that a caller sent; and
 * nothing that tells a person who exists from one who does not.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #flows = new BoundedNames(MOST_NAMES)
  readonly #steps = new BoundedNames(MOST_NAMES)
  readonly #routes = new BoundedNames(MOST_NAMES)

  readonly #started = this.#counter('rekey_conversations_started_total', 'Conversations that were begun.', ['flow', 'dialect'])
  readonly #ended = this.#counter('rekey_conversations_ended_total', 'Conversations that came to an end other than by time.', [
    'flow',
    'dialect',
    'outcome',
  ])
  readonly #events = this.#counter('rekey_step_events_total', 'What happened at steps.', ['flow', 'step', 'event'])
  readonly #limits = this.#counter('rekey_limits_hit_total', 'Acts that a limit has stopped.', ['flow', 'limit'])
  readonly #messages = this.#counter('rekey_messages_handled_total', 'Messages that were handed on, or that there was nobody to hand to.', [
    'dialect',
  ])
  readonly #alarms = this.#counter(
    'rekey_alarms_total',
    'Events that should not happen: forged and spent tokens, disowned conversations.',
    ['event'],
  )
  readonly #requests = new Histogram({
    name: 'rekey_http_request_seconds',
    help: 'Time from the last byte of a request to its answer.',
    labelNames: ['dialect', 'route', 'method', 'status'],
    buckets: BUCKETS,
    registers: [this.#registry],
  })
  readonly #handlers = new Histogram({
    name: 'rekey_step_seconds',
    help: 'Time that the handlers of steps take.',
    labelNames: ['type', 'handler'],
    buckets: BUCKETS,
    registers: [this.#registry],
  })
  readonly #faults = this.#counter('rekey_faults_total', 'Requests that were answered as unavailable because something was thrown.', [])

  /** @param sources what is asked for when metrics are read. */
  constructor({ outbox, ready }: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry })
    const registers = [this.#registry]
    const depth = new Gauge({ name: 'rekey_outbox_pending', help: 'Items that are owed and not yet done.', registers })
    const dead = new Gauge({ name: 'rekey_outbox_dead', help: 'Items that were set aside.', registers })
    const oldest = new Gauge({
      name: 'rekey_outbox_oldest_seconds',
      help: 'Age of the oldest item that is owed; 0 when there is none.',
      registers,
    })
    const up = new Gauge({ name: 'rekey_ready', help: '1 while `/ready` says yes.', registers })
    this.#gather = async () => {
      up.set((await ready()) ? 1 : 0)
      const figures = await outbox().catch(() => undefined)
      // A store that does not answer has no figures: old ones would look like new ones.
      if (figures === undefined) return [depth, dead, oldest].forEach((gauge) => gauge.remove())
      depth.set(figures.pending)
      dead.set(figures.dead)
      if (figures.oldestMs !== undefined) oldest.set(figures.oldestMs / 1_000)
    }
  }

  readonly #gather: () => Promise<void>

  /** Counts an event of the audit trail. Its reason is not looked at where it could tell who exists. */
  event({ event, flow = '', dialect = '', step, reason, alarm }: AuditEvent): void {
    const of = { flow: this.#flows.of(flow) }
    if (event === 'started') this.#started.inc({ ...of, dialect })
    else if (event === 'ended') this.#ended.inc({ ...of, dialect, outcome: outcomeOf(reason) })
    else if (event === 'limited') this.#limits.inc({ ...of, limit: reason ?? 'other' })
    else if (event === 'sent' || event === 'withheld') this.#messages.inc({ dialect })
    if (step !== undefined && STEP_EVENTS.has(event)) this.#events.inc({ ...of, step: this.#steps.of(step), event })
    if (alarm === true) this.#alarms.inc({ event: event === 'ended' ? 'disowned' : ALARMS.has(event) ? event : 'other' })
  }

  request({ dialect = 'none', route = 'none', method, status, seconds }: SeenRequest): void {
    const known = route === 'none' ? 'none' : this.#routes.of(route)
    this.#requests.observe({ dialect, route: known, method: boundedMethod(method), status: `${Math.floor(status / 100)}xx` }, seconds)
  }

  step(type: string, handler: 'prepare' | 'submit' | 'approved', seconds: number): void {
    this.#handlers.observe({ type, handler }, seconds)
  }

  fault(): void {
    this.#faults.inc()
  }

  /** The text format of Prometheus, version 0.0.4. */
  async text(): Promise<string> {
    await this.#gather()
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  #counter<const L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] })
  }
}
