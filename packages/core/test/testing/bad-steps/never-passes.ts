import { ask, defineStep, rejected } from '../../../src/index.js'
import { asksForBadge } from './badges.js'

/** Refuses whatever it is told, so that nobody learns what it does when it passes. */
export const neverPasses = defineStep({
  ...asksForBadge,
  type: 'acme/neverPasses',
  prepare: () => ask({ tag: 'initial' }),
  submit: () => rejected('badge-mismatch', '/badge'),
})
