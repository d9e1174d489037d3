import { ask, defineStep, done } from '../../../src/index.js'

/** Has nothing to ask with, and asks. */
export const silentQuestion = defineStep({
  type: 'acme/silentQuestion',
  version: 1,
  description: 'Asks whoever wears many hats',
  settings: { many: { type: 'boolean', default: false } },
  needs: [],
  prepare: ({ settings }) => (settings.many ? ask({ tag: 'initial' }) : done()),
})
