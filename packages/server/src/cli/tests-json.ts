import { printJson } from '@rekey/core'
import type { Diagnostic, JsonObject } from '@rekey/core'
import type { MutationScore } from '@rekey/core/flow-test'
import type { TestRun } from './play-tests.js'
import { placeOf } from './print-tests.js'

/** A run for programs: `cases`, `faults`, `coverage` and `mutants`, each a list. */
export function testsJson({ cases, faults, coverage, scores }: TestRun): string {
  const document = {
    cases: cases.map(({ file, flow, dialect, name, failures, story, effects }) => ({
      file: file.path,
      flow,
      dialect,
      name,
      passed: failures.length === 0,
      failures: plain(failures),
      story,
      ...(effects.length > 0 && { effects }),
    })),
    faults: plain(faults),
    coverage,
    mutants: scores.map(scoreJson),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function scoreJson({ flow, killed, refused, equal, survived }: MutationScore): JsonObject {
  return {
    flow,
    killed: killed.length,
    refused: refused.length,
    alike: equal.map(({ text, reason }) => ({ text, reason })),
    survived: survived.map((mutant) => ({ text: mutant.text, place: placeOf(mutant) })),
  }
}

function plain(diagnostics: readonly Diagnostic[]): unknown {
  return JSON.parse(printJson(diagnostics))
}
