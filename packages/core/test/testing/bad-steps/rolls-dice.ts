import { defineStep, done } from '../../../src/index.js'

/** Rolls dice of its own, so that a repeated request draws another lot. */
export const rollsDice = defineStep({
  type: 'acme/rollsDice',
  version: 1,
  description: 'Draws lots',
  writes: { lot: { type: 'integer' } },
  prepare: () => done({ facts: { lot: Math.floor(Math.random() * 1_000_000) } }),
})
