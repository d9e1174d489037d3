import { pino, type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from '../../config/config.js'
import { faultLine } from './fault-line.js'

/** Longest text of one member of a line: what callers send must not fill a disk. */
const MAX_TEXT = 256

/**
 * Structured lines on standard error, one JSON object each, written off the request's path. Control characters are escaped by the format.
 * @param destination elsewhere, for tests.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: bounded },
      serializers: { err: (fault: unknown) => faultLine(fault) },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  )
}

function bounded(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(line).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value,
    ]),
  )
}
