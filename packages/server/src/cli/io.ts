import type { Variables } from '../config/variables.js'

/** What a command sees of its process. Tests give their own. */
export interface Io {
  out(text: string): void
  err(text: string): void
  readonly env: Variables
  /** Absolute path of the working directory. */
  readonly cwd: string
  /** Whether `out` goes to a terminal that shows colours. */
  readonly color: boolean
  /** Resolves when somebody asks the process to end. */
  untilStopped(): Promise<void>
}

/** Exit codes: all is well, something was found to be wrong, the command was not understood. */
export const EXIT = { good: 0, faults: 1, usage: 2 } as const

/** The streams, environment and signals of this process. */
export function processIo(): Io {
  const { env, stdout, stderr } = process
  for (const stream of [stdout, stderr]) stream.on('error', letGo)
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    env,
    cwd: process.cwd(),
    color: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    // `once`: a second signal has its usual effect and ends a process that hangs.
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
      }),
  }
}

/** Whoever reads may stop early, as `head` does. The command goes on, because its exit code still counts. */
function letGo(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
