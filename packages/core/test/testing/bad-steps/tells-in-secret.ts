import { defineStep, done } from '../../../src/index.js'

/** Gives the client what no reference mentions. */
export const tellsInSecret = defineStep({
  type: 'acme/tellsInSecret',
  version: 1,
  description: 'Greets',
  outputs: { greeting: { type: 'string' } },
  prepare: () => done({ outputs: { greeting: 'hello', shoeSize: 43 } }),
})
