/** Levels of causes that are told. */
const MAX_CAUSES = 4
const MAX_FRAMES = 12

/** What a line of the log tells of an error. */
export interface FaultLine {
  readonly type: string
  readonly code?: string
  readonly syscall?: string
  /** Where it was thrown, innermost first. */
  readonly at: readonly string[]
  readonly cause?: FaultLine
}

/**
 * An error as the log tells it: its kind, its code, and where it came from; never its message or any other member. Those are free text of
 * whoever threw it: a client of a database puts the parameters there, a mail server the address, a client of Redis the whole command, the one with
 * the password included.
 */
export function faultLine(fault: unknown, causes = MAX_CAUSES): FaultLine {
  if (!(fault instanceof Error)) return { type: typeof fault, at: [] }
  const code = codeOf(fault)
  const syscall = word(memberOf(fault, 'syscall'), /^[a-z]{1,32}$/)
  return {
    type: word(fault.name, /^[A-Za-z][A-Za-z0-9]{0,63}$/) ?? 'Error',
    ...(code !== undefined && { code }),
    ...(syscall !== undefined && { syscall }),
    at: framesOf(fault),
    ...(fault.cause !== undefined && causes > 0 && { cause: faultLine(fault.cause, causes - 1) }),
  }
}

/** A code of the system or a library: `ECONNREFUSED`, `SQLITE_BUSY`; of a reply of Redis the word it begins with, as in `READONLY You can't write`. */
function codeOf(error: Error): string | undefined {
  const code = word(memberOf(error, 'code'), /^[A-Z][A-Z0-9_]{1,63}$/)
  return code ?? (error.name === 'ReplyError' ? /^[A-Z]{2,32}(?= )/.exec(error.message)?.[0] : undefined)
}

/** One frame of V8, and nothing else that a message of several lines could hold. */
const FRAME = /^ {4}at (?:[\w.$<>#[\] ]{1,128} \()?(?:file:\/\/|node:|\/)[^()\n]{1,256}:\d+:\d+\)?$/

function framesOf({ stack = '', name, message }: Error): readonly string[] {
  const head = [`${name}: ${message}`, message].find((text) => text !== '' && stack.startsWith(text)) ?? ''
  return stack
    .slice(head.length)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.slice('    at '.length))
}

function memberOf(error: Error, name: string): unknown {
  return name in error ? Reflect.get(error, name) : undefined
}

function word(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined
}
