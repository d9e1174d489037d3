import { defineDialect } from '../../dialect/dialect.js'
import { mailLink } from './link.js'
import { routesOf } from './routes.js'
import { describeForgerock } from './openapi.js'
import { options, readSettings, settings } from './settings.js'
import { answerStray } from './stray.js'

/**
 * The self-service protocol of ForgeRock IDM: OpenIDM 4, IDM 5 to 7.5, Wren:IDM, and AM under a base path of its own. A conversation is
 * carried by the token of the latest response alone. What is spoken and where we differ stands in `docs/dialects/forgerock.md`.
 */
export const forgerock = defineDialect({
  name: 'forgerock',
  // `approval` needs a poll, and this wire has none. A choice is a stage with one text, as pages draw any stage they have no page for.
  kinds: ['identifier', 'code', 'answers', 'password', 'newPassword', 'consent', 'attributes', 'captcha', 'choice'],
  options,
  settings,
  speaksByDefault: true,
  opens: 'eager',
  openapi: describeForgerock,

  mount(given, site) {
    const read = readSettings(given)
    return {
      routes: read.basePaths.flatMap((base) => routesOf(read, site, base)),
      prefixes: read.basePaths,
      stray: (request, fault) => answerStray(read, request, fault),
      addresses: (as) =>
        read.basePaths.flatMap((base) => [`GET ${base}/selfservice/${as}`, `POST ${base}/selfservice/${as}?_action=submitRequirements`]),
      link(as, token, code) {
        const base = site.options(as)?.['link']
        return mailLink(typeof base === 'string' ? base : `${site.publicUrl}/#/passwordreset/`, token, code)
      },
    }
  },
})
