import { ask, defineStep, done, rejected } from '../../../src/index.js'
import { asksForBadge } from './badges.js'

/** Its own refusal is told from that of a shadow, which is the declared one. */
export const refusesInOtherWords = defineStep({
  ...asksForBadge,
  type: 'acme/refusesInOtherWords',
  prepare: () => ask({ tag: 'initial' }),
  submit: async ({ principal, deps }, { badge }) =>
    (await deps.badges.isOf(principal.id, badge)) ? done() : rejected('wrong-badge', '/badge'),
})
