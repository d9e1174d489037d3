import type { Io } from '../../src/cli/io.js'

/** An `Io` that keeps what is written, and stops when told to. */
export interface CapturedIo extends Io {
  readonly written: { out: string; err: string }
  /** Resolves when the text stands in what was written to `out`. */
  untilWritten(text: string): Promise<void>
  stop(): void
}

/** @param cwd absolute path of the folder the command runs in. */
export function capturedIo(cwd: string, env: Record<string, string> = {}): CapturedIo {
  const written = { out: '', err: '' }
  const waiting: { readonly text: string; readonly resolve: () => void }[] = []
  const tell = (): void => {
    for (const { text, resolve } of waiting) if (written.out.includes(text)) resolve()
  }
  let stop = (): void => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  return {
    written,
    out(text) {
      written.out += text
      tell()
    },
    err: (text) => void (written.err += text),
    env,
    cwd,
    color: false,
    untilStopped: () => stopped,
    untilWritten: (text) =>
      new Promise((resolve) => {
        waiting.push({ text, resolve })
        tell()
      }),
    stop: () => stop(),
  }
}
