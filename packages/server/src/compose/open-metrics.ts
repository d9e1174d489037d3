import type { Config } from '../config/config.js'
import { urlHost } from '../config/loopback.js'
import { createHttp, type HttpOptions, type PlainRoute } from '../http/create-http.js'
import { Metrics } from '../observe/metrics.js'
import { metricsRoute } from '../observe/metrics-route.js'
import type { Readiness } from '../observe/readiness.js'
import { CannotOpen } from './cannot-open.js'
import type { Closers, StorePorts } from './ports.js'

/** What is counted, while metrics are configured. */
export function openMetrics(
  { metrics }: Pick<Config, 'metrics'>,
  { outbox, outboxFigures }: Pick<StorePorts, 'outbox' | 'outboxFigures'>,
  readiness: Pick<Readiness, 'isReady'>,
): Metrics | undefined {
  if (metrics.is === 'off') return undefined
  const counted = async () => ({ pending: await outbox.pending(), dead: (await outbox.dead()).length })
  return new Metrics({ outbox: outboxFigures ?? counted, ready: () => readiness.isReady() })
}

/** The route on the main port, where metrics have no port of their own. */
export function metricsRoutes({ metrics: settings }: Pick<Config, 'metrics'>, metrics: Metrics | undefined): readonly PlainRoute[] {
  return metrics && settings.is === 'main port' ? [metricsRoute(metrics, settings.bearer)] : []
}

/**
 * Serves metrics, and whether the server lives and is ready, on the port that is configured for them.
 * @returns the address; undefined where there is no such port.
 */
export async function listenForMetrics(
  { metrics: settings }: Pick<Config, 'metrics'>,
  metrics: Metrics | undefined,
  http: Pick<HttpOptions, 'engine' | 'ready' | 'onFault'>,
  closers: Closers,
): Promise<string | undefined> {
  if (!metrics || settings.is !== 'own port') return undefined
  const { host, port, bearer } = settings
  const listening = await createHttp({ ...http, dialects: [], routes: [metricsRoute(metrics, bearer)] })
    .listen({ host, port })
    .catch((cause: unknown) => {
      throw new CannotOpen(`metrics cannot be served on ${urlHost(host)}:${port}: mend \`metrics.host\` or \`metrics.port\``, { cause })
    })
  closers.push(() => listening.close())
  return `http://${urlHost(host)}:${listening.port}/metrics`
}
