import { ask, defineStep, Directory, done, rejected } from '../../../src/index.js'
import { asksForBadge, Badges } from './badges.js'

/** Looks the person up first, and spares itself the rest for whoever is not there. */
export const tellsStrangersApart = defineStep({
  ...asksForBadge,
  type: 'acme/tellsStrangersApart',
  inject: { badges: Badges, directory: Directory },
  prepare: () => ask({ tag: 'initial' }),
  async submit({ principal, deps }, { badge }) {
    if ((await deps.directory.read(principal.id)) === undefined) return rejected('badge-mismatch', '/badge')
    return (await deps.badges.isOf(principal.id, badge)) ? done() : rejected('badge-mismatch', '/badge')
  },
})
