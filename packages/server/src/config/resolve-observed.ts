import { resolve } from 'node:path'
import { durationSeconds, Secret } from '@rekey/core'
import type { Config } from './config.js'
import { bareHost } from './loopback.js'
import type { FilledConfig } from './schema.js'

/** Time in which a load balancer finds out that it has to look elsewhere. */
const NOTICE_MS = 5_000

const MEGABYTE = 1024 * 1024

/** What can be seen of a server from outside, and how it goes. */
export function resolveObserved(filled: FilledConfig, folder: string, dev: boolean): Pick<Config, 'audit' | 'metrics' | 'stop'> {
  const { audit, stop } = filled
  return {
    audit:
      audit.folder === undefined
        ? { is: 'log' }
        : { is: 'chained', folder: resolve(folder, audit.folder), sync: audit.sync, rotateBytes: audit.rotateMegabytes * MEGABYTE },
    metrics: metrics(filled.metrics),
    stop: { noticeMs: stop.notice === undefined ? (dev ? 0 : NOTICE_MS) : durationSeconds(stop.notice) * 1_000 },
  }
}

function metrics({ port, host, bearer }: FilledConfig['metrics']): Config['metrics'] {
  if (port !== undefined) return { is: 'own port', host: bareHost(host), port, ...(bearer !== undefined && { bearer: new Secret(bearer) }) }
  return bearer === undefined ? { is: 'off' } : { is: 'main port', bearer: new Secret(bearer) }
}
