import { defineStep, done } from '../../../src/index.js'

let visits = 0

/** Remembers in the process, where the next request need not come. */
export const countsVisits = defineStep({
  type: 'acme/countsVisits',
  version: 1,
  description: 'Counts visits',
  writes: { visits: { type: 'integer' } },
  prepare: () => done({ facts: { visits: ++visits } }),
})
