import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** What `rekey test --format json` prints, as far as it is read here. */
export interface Report {
  readonly cases: readonly { readonly file: string; readonly flow: string; readonly name: string; readonly passed: boolean }[]
  readonly faults: readonly unknown[]
  readonly coverage: readonly {
    readonly flow: string
    readonly steps: readonly { readonly id: string; readonly entered: boolean }[]
    readonly branches: readonly { readonly text: string; readonly taken: boolean }[]
  }[]
  readonly mutants: readonly {
    readonly flow: string
    readonly killed: number
    readonly refused: number
    readonly alike: readonly { readonly text: string; readonly reason: string }[]
    readonly survived: readonly { readonly text: string; readonly place: string }[]
  }[]
}

/** Plays the tests of flows from the root of the repository, in this process. */
export async function runTests(...argv: readonly string[]) {
  const io = capturedIo(ROOT)
  const before = process.cpuUsage()
  const code = await run(['test', ...argv, '--format', 'json'], io)
  const { user, system } = process.cpuUsage(before)
  // What the command prints is JSON of this shape.
  const report = JSON.parse(io.written.out) as Report
  return { code, err: io.written.err, report, cpuSeconds: (user + system) / 1_000_000 }
}

/** What no case of a run goes through, in words. */
export function missedIn({ coverage }: Report): readonly string[] {
  return coverage.flatMap(({ flow, steps, branches }) => [
    ...steps.filter(({ entered }) => !entered).map(({ id }) => `${flow}: the step ${id}`),
    ...branches.filter(({ taken }) => !taken).map(({ text }) => `${flow}: ${text}`),
  ])
}
