import { ask, defineStep, done, rejected } from '../../../src/index.js'
import { asksForBadge, BADGE } from './badges.js'

/** Every text starts with the empty one. */
export const passesTheEmpty = defineStep({
  ...asksForBadge,
  type: 'acme/passesTheEmpty',
  prepare: () => ask({ tag: 'initial' }),
  submit: (_context, { badge }) => (BADGE.startsWith(badge.reveal()) ? done() : rejected('badge-mismatch', '/badge')),
})
