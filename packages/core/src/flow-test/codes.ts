import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile, Span } from '../source/source-file.js'

/**
 * Every fault that a test of a flow can have, and what a failing one reports, with what it means and how it is repaired. The codes are
 * permanent, like those of flow files; `docs/flow-tests.md` lists them. Faults of YAML keep the codes and pages of flow files.
 */
export const TEST_CODES = {
  'test-unknown-key': { means: 'There is no such key.', repair: 'Take the near name the report offers, or delete the key.' },
  'test-missing-key': { means: 'A key without which nothing can be tested is absent.', repair: 'Add it.' },
  'test-value': {
    means: 'The value has the wrong type, or is none of the words that stand there.',
    repair: 'The report says what is read.',
  },
  'test-unknown-flow': {
    means: 'No flow of that id is among those that were read.',
    repair: 'Correct the id under `test`; it is the value of `flow` in the flow file.',
  },
  'test-unknown-person': { means: 'The person is not among `people`.', repair: 'Correct the user name, or add the person.' },
  'test-unknown-dialect': {
    means: 'The flow does not speak the dialect that `on` names.',
    repair: 'Take one of those that the report lists.',
  },
  'test-failed': { means: 'The flow did something else than the test expects.', repair: 'Mend the flow, or the test.' },
} as const satisfies Readonly<Record<string, { readonly means: string; readonly repair: string }>>

export type TestCode = keyof typeof TEST_CODES

/** The page that explains them all. */
export const TEST_PAGE = 'docs/flow-tests.md'

/** A fault of a test file, or a failed expectation. */
export function testFault(
  code: TestCode,
  { file, span }: { readonly file: SourceFile; readonly span: Span },
  message: string,
  more: { readonly label?: string; readonly help?: string } = {},
): Diagnostic {
  return { code, severity: 'error', message, file, span, ...more, page: TEST_PAGE }
}

const SHAPE_CODES: Readonly<Record<string, TestCode>> = {
  'unknown-key': 'test-unknown-key',
  'missing-key': 'test-missing-key',
  'wrong-type': 'test-value',
  'bad-value': 'test-value',
}

/** A fault that the readers of flow files found, under the code that it has in a test. */
export function asTestFault(diagnostic: Diagnostic): Diagnostic {
  const code = SHAPE_CODES[diagnostic.code]
  return code === undefined ? diagnostic : { ...diagnostic, code, page: TEST_PAGE }
}
