import { defineDialect } from '../../dialect/dialect.js'
import { unknownPath } from '../../dialect/unknown-path.js'
import { describeBrightPattern, PATH } from './openapi.js'
import { readGenerate } from './read.js'
import { readSettings, settings } from './settings.js'
import { failed, holdBack, writeGenerate } from './write.js'

/**
 * The Password Reset module of Bright Pattern: one call, by which a contact centre that has spoken to somebody asks for a new password for
 * them. Who calls without the token finds no such path. What is spoken and where we chose stands in `docs/dialects/bright-pattern.md`.
 */
export const brightPattern = defineDialect({
  name: 'bright-pattern',
  // One request says who it is about, and nothing else can be asked.
  kinds: ['identifier'],
  options: {},
  slots: ['generate'],
  offers: ['bearer', 'rawBody'],
  settings,
  speaksByDefault: false,
  opens: 'eager',
  openapi: describeBrightPattern,

  mount(given) {
    const read = readSettings(given)
    return {
      routes: [
        {
          method: 'POST',
          path: PATH,
          read: readGenerate,
          write: (view, problem) => writeGenerate(read, view, problem),
          holdMs: (_view, problem, tookMs) => holdBack(read, problem, tookMs),
        },
      ],
      prefixes: [PATH],
      stray: (request, fault) => (fault === 'fault' && request.method === 'POST' ? failed(200) : unknownPath()),
      addresses: () => [`POST ${PATH}`],
    }
  },
})
