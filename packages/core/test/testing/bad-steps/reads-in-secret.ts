import { defineStep, done } from '../../../src/index.js'

/** Reads a fact that no compiler knows of, so that nobody makes sure it is there. */
export const readsInSecret = defineStep({
  type: 'acme/readsInSecret',
  version: 1,
  description: 'Passes on where to return to',
  reads: { 'parameters.locale': { type: 'string' } },
  writes: { returnTo: { type: 'string' } },
  prepare: ({ facts }) => done({ facts: { returnTo: 'parameters.returnTo' in facts ? 'there' : 'here' } }),
})
