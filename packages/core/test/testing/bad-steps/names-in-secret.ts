import { ask, defineStep, Directory, done, rejected } from '../../../src/index.js'
import { Badges } from './badges.js'

/** Finds somebody by their badge, which the compiler takes for a step that names nobody. */
export const namesInSecret = defineStep({
  type: 'acme/namesInSecret',
  version: 1,
  description: 'Finds the person by their badge',
  kind: 'identifier',
  asks: 'Hold your badge to the reader',
  answer: { badge: { type: 'string', maxLength: 64 } },
  required: ['badge'],
  inject: { badges: Badges, directory: Directory },
  prepare: () => ask({ tag: 'initial' }),
  async submit({ deps }, { badge }) {
    const principal = await deps.directory.read(deps.badges.ownerOf(badge) ?? 'nobody')
    return principal ? done({ names: { principal, identifier: badge } }) : rejected('no-match', '/badge')
  },
})
