import { earns, type Evidence } from '@rekey/core'
import { expect, test } from 'vitest'

const session: Evidence = { step: 'signedIn', class: 'session', channel: 'session', who: 'p' }
const vouched: Evidence = { step: 'trustedCaller', class: 'vouched', channel: 'session' }
const ONE = { factors: 1, distinctChannels: true }

/** A second look at run time: a session is enough for a first password, and for nothing else. */
test.for<readonly [what: string, evidence: readonly Evidence[], first: boolean, enough: boolean]>([
  ['a session, for a first one', [session], true, true],
  ['a session, for another one', [session], false, false],
  ['nothing, for a first one', [], true, false],
  ['the session of somebody else', [{ ...session, who: 'q' }], true, false],
  ['a caller who answers for the person', [vouched], true, false],
])('%s', ([, evidence, first, enough]) => {
  expect(earns(ONE, evidence, 'p', first)).toBe(enough)
})

test('SEC-63 where two factors are required, a session is one of them', () => {
  expect(earns({ factors: 2, distinctChannels: true }, [session], 'p', true)).toBe(false)
})
