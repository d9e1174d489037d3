import { defineStep, done } from '../../../src/index.js'

/** Declares one fact and writes another. */
export const writesInSecret = defineStep({
  type: 'acme/writesInSecret',
  version: 1,
  description: 'Writes a level',
  writes: { level: { type: 'integer' } },
  prepare: () => done({ facts: { levels: 3 } }),
})
