import { ask, defineStep, done, rejected } from '../../../src/index.js'
import { asksForBadge } from './badges.js'

/** Keeps every rule. */
export const goodBadge = defineStep({
  ...asksForBadge,
  type: 'acme/badge',
  prepare: () => ask({ tag: 'initial' }),
  submit: async ({ principal, deps }, { badge }) =>
    (await deps.badges.isOf(principal.id, badge)) ? done() : rejected('badge-mismatch', '/badge'),
})
