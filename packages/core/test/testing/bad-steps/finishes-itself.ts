import { ask, defineStep, done } from '../../../src/index.js'

/** Was raised to version 2 and says that it finishes what comes later. */
export const finishesItself = defineStep({
  type: 'acme/finishesItself',
  version: 2,
  finishes: [2, 3],
  description: 'Takes consent',
  kind: 'consent',
  asks: 'Do you agree?',
  answer: { agreed: { type: 'boolean' } },
  prepare: () => ask({ tag: 'initial' }),
  submit: () => done(),
})
