import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { didYouMean } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Span } from '../source/source-file.js'
import { testFault } from './codes.js'
import type { FlowTestFile, TestCase } from './test-file.js'

/** The faults of a test that names somebody who is not among its people. */
export function knownPeople({ file, people, cases }: FlowTestFile): readonly Diagnostic[] {
  const names = people.map(({ userName }) => userName)
  return cases.flatMap(namedIn).flatMap(({ userName, span }) => {
    if (names.includes(userName)) return []
    return [
      testFault('test-unknown-person', { file, span }, `nobody among \`people\` is called ${quote(userName)}`, {
        label: 'unknown',
        ...didYouMean(userName, names),
      }),
    ]
  })
}

function namedIn({ acts, expect }: TestCase): readonly { readonly userName: string; readonly span: Span }[] {
  return [
    ...acts.flatMap(({ doing, span }) => {
      if (doing.does === 'edit') return [...doing.people.keys()].map((userName) => ({ userName, span }))
      const signedIn = doing.does === 'start' ? doing.caller.signedIn : undefined
      return signedIn ? [{ userName: signedIn.text, span: signedIn.span }] : []
    }),
    ...(expect.directory ?? []),
    ...(expect.sessions ?? []),
  ]
}
