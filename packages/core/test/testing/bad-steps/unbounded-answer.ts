import { ask, defineStep, done } from '../../../src/index.js'

/** Takes a list of any length. */
export const unboundedAnswer = defineStep({
  type: 'acme/unboundedAnswer',
  version: 1,
  description: 'Takes nicknames',
  kind: 'attributes',
  asks: 'Your nicknames',
  answer: { nicknames: { type: 'array', items: { type: 'string', maxLength: 64 } } },
  prepare: () => ask({ tag: 'initial' }),
  submit: () => done(),
})
