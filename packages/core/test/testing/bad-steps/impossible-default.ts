import { defineStep, done } from '../../../src/index.js'

/** A flow that says nothing about `digits` gets what no flow may write. */
export const impossibleDefault = defineStep({
  type: 'acme/impossibleDefault',
  version: 1,
  description: 'Does nothing',
  settings: { digits: { type: 'integer', minimum: 4, maximum: 12, default: 2 } },
  prepare: () => done(),
})
