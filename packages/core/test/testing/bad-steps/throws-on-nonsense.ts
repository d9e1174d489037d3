import { ask, defineStep, done } from '../../../src/index.js'

/** Trusts that what passed the schema can be decoded. */
export const throwsOnNonsense = defineStep({
  type: 'acme/throwsOnNonsense',
  version: 1,
  description: 'Takes a return address',
  kind: 'attributes',
  asks: 'Where to go afterwards',
  answer: { returnTo: { type: 'string', maxLength: 256 } },
  required: ['returnTo'],
  writes: { path: { type: 'string' } },
  prepare: () => ask({ tag: 'initial' }),
  submit: (_context, { returnTo }) => done({ facts: { path: decodeURIComponent(returnTo) } }),
})
