import { defineStep, done } from '../../../src/index.js'

// As it reaches the registry from plain JavaScript, where no compiler looks at names.
const settings: { readonly [name: string]: object } = { label: { type: 'string', maxLenght: 10 } }

/** The bound of its setting is misspelt, and so there is none. */
export const misspeltKeyword = defineStep({
  type: 'acme/misspeltKeyword',
  version: 1,
  description: 'Does nothing',
  settings,
  prepare: () => done(),
})
