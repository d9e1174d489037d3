import cluster from 'node:cluster'
import { SeedError } from '../../adapters/directory/read-seed.js'
import { KeyFileFault } from '../../adapters/keys/key-file.js'
import { CannotOpen } from '../../compose/cannot-open.js'
import type { Running } from '../../compose.js'
import type { Config } from '../../config/config.js'
import type { Flags } from '../../config/overrides.js'
import { StartRefused } from '../../config/start-refused.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printReport } from '../report.js'
import { printFaults, readConfig } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'
import { leaveParent, placeOf, serveProcesses, tellParent, untilParentEnds } from './serve-processes.js'

export interface ServeOptions extends ConfigOption {
  readonly port?: string
  readonly host?: string
  readonly processes?: string
}

/** What a command does beside serving, begun when the server listens. Gives what ends it. */
export type Beside = (running: Running, config: Config) => Promise<() => Promise<void>>

/** Serves until the process is asked to end; then lets requests in flight finish. Does so in several processes where that is configured. */
export async function serve(io: Io, options: ServeOptions): Promise<number> {
  if (cluster.isWorker) return serveWith(io, options).finally(leaveParent)
  const config = await readConfig(io, options, { ...options })
  if (config.is === 'loaded' && config.value.processes > 1) return serveProcesses(io, config.value.processes)
  return serveRead(io, config)
}

/** Serves, and does something beside it. @param flags win over those of the options. */
export async function serveWith(io: Io, options: ServeOptions, flags: Flags = {}, beside?: Beside): Promise<number> {
  return serveRead(io, await readConfig(io, options, { ...options, ...flags }), beside)
}

async function serveRead(io: Io, config: Awaited<ReturnType<typeof readConfig>>, beside?: Beside): Promise<number> {
  if (config.is === 'faults') {
    printFaults(io, config.faults)
    return EXIT.faults
  }
  const stopped = Promise.race([io.untilStopped(), untilParentEnds()])
  try {
    const { startServer } = await import('../../compose.js')
    const running = await startServer(atPlace(config.value, placeOf(process.env)))
    const report = printReport(running.report)
    if (!tellParent(report)) io.out(report)
    const endBeside = await beside?.(running, config.value)
    await stopped
    await endBeside?.()
    await running.retire()
    await running.close()
    return EXIT.good
  } catch (error) {
    const why = explain(error, config.value)
    if (why === undefined) throw error
    if (error instanceof StartRefused) printFaults(io, error.faults)
    io.err(`rekey: ${why}\n`)
    return EXIT.faults
  }
}

/** One of several processes that serve one port has a port of its own for metrics, counted on from the configured one. */
function atPlace(config: Config, place: number): Config {
  const { metrics } = config
  return metrics.is === 'own port' && metrics.port !== 0 ? { ...config, metrics: { ...metrics, port: metrics.port + place } } : config
}

/** What the operator can mend; anything else is a bug and keeps its stack. */
function explain(error: unknown, { host, port }: { readonly host: string; readonly port: number }): string | undefined {
  if (error instanceof StartRefused) return 'the server does not start'
  if (error instanceof KeyFileFault || error instanceof SeedError || error instanceof CannotOpen) return error.message
  const { code, syscall, path } = facts(error)
  if (path !== undefined) return `\`${path}\` cannot be read (${code}): mend its path or who may read it`
  if (!['listen', 'bind', 'getaddrinfo'].includes(syscall ?? '')) return undefined
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken: name another one with \`--port\` or \`PORT\``
  if (code === 'EACCES') return `port ${port} on ${host} is not ours to open: name one above 1023 with \`--port\` or \`PORT\``
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine: name another one with \`--host\` or \`HOST\``
  return undefined
}

/** What an error of the system says beside its message. */
function facts(error: unknown): { readonly code: string; readonly syscall?: string; readonly path?: string } {
  if (!(error instanceof Error)) return { code: '' }
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const [code = '', syscall, path] = ['code', 'syscall', 'path'].map((name) => text(Reflect.get(error, name)))
  return { code, ...(syscall !== undefined && { syscall }), ...(path !== undefined && { path }) }
}
