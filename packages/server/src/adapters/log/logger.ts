import { EventEmitter } from 'node:events'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from '../../config/config.js'
import { faultLine } from './fault-line.js'

/** Longest text of one member of a line: what callers send must not fill a disk. */
const MAX_TEXT = 256

/**
 * Structured lines on standard error, one JSON object each, written off the request's path. Control characters are escaped by the format.
 * @param destination elsewhere, for tests.
 * @param beside gives what is added to each line, as it is at that moment.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream, beside?: () => object): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: isoTime(),
      ...(beside && { mixin: beside }),
      formatters: { log: bounded },
      serializers: { err: (fault: unknown) => faultLine(fault) },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  )
}

/** What writes the lines, if some of them have not yet left this process; it tells of the last one as `drain`. */
export function linesOnTheirWay(log: Logger): EventEmitter | undefined {
  // The library has no name for its stream; a destination of a test may be any other, which has written at once.
  const stream: unknown = Reflect.get(log, pino.symbols.streamSym)
  return stream instanceof EventEmitter && Reflect.get(stream, '_writing') === true ? stream : undefined
}

/** The line itself, as long as nothing in it has to be cut off. */
function bounded(line: Record<string, unknown>): Record<string, unknown> {
  for (const name in line) if (isLong(line[name])) return cut(line)
  return line
}

function cut(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(line).map(([name, value]) => [name, isLong(value) ? `${value.slice(0, MAX_TEXT)}…` : value]))
}

function isLong(value: unknown): value is string {
  return typeof value === 'string' && value.length > MAX_TEXT
}

/** Time as the library wants it, made once for all lines of a millisecond. */
function isoTime(): () => string {
  let at = Number.NaN
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}
