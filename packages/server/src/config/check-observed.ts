import { durationSeconds } from '@rekey/core'
import { bareHost, isLoopback } from './loopback.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigSource } from './source.js'

/** Whoever asked the process to end waits for it, and kills it in the end. */
const MOST_NOTICE_SECONDS = 300

/** Checks that what shows the inside of a server is shown to nobody by chance. */
export function checkObserved({ metrics, stop, port }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const bare = metrics.port !== undefined && metrics.bearer === undefined
  if (bare && !isLoopback(bareHost(metrics.host)))
    faults.push(
      source.fault('config-missing-key', ['metrics', 'host'], {
        message: `\`metrics.host\` is \`${metrics.host}\`, which others can reach: \`metrics.bearer\` must stand beside it`,
        help: 'listen on `127.0.0.1`, or make a bearer with `openssl rand -base64 32`',
        label: 'unguarded',
      }),
    )
  if (metrics.port !== undefined && metrics.port !== 0 && metrics.port === port)
    faults.push(
      source.fault('config-duplicate', ['metrics', 'port'], {
        message: '`metrics.port` is the port that people reach',
        help: 'name another one, or `metrics.bearer` alone to share the port',
        label: 'taken',
      }),
    )
  if (stop.notice !== undefined && durationSeconds(stop.notice) > MOST_NOTICE_SECONDS)
    faults.push(
      source.fault('config-value', ['stop', 'notice'], {
        message: `\`stop.notice\` takes \`${MOST_NOTICE_SECONDS / 60}m\` at most`,
        label: 'too long',
      }),
    )
  return faults
}
