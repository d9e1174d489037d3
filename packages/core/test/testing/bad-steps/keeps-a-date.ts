import { ask, defineStep, done, type JsonObject } from '../../../src/index.js'

// As it is written in plain JavaScript.
const stateOf = (now: number): JsonObject => ({ since: new Date(now * 1000) as unknown as string })

/** Its state is a `Date` until the first commit, and a text ever after. */
export const keepsADate = defineStep({
  type: 'acme/keepsADate',
  version: 1,
  description: 'Takes consent',
  kind: 'consent',
  asks: 'Do you agree?',
  answer: { agreed: { type: 'boolean' } },
  prepare: ({ now }) => ask({ tag: 'initial' }, { state: stateOf(now) }),
  submit: () => done(),
})
