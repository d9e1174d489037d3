import { withCors } from '../../dialect/cors.js'
import { defineDialect } from '../../dialect/dialect.js'
import { corsOf } from './cors.js'
import { failed } from './envelope.js'
import { HANDLES } from './forgot.js'
import { mailLink } from './link.js'
import { describeCidaas } from './openapi.js'
import { INTERNAL, UNKNOWN } from './problems.js'
import { routesOf } from './routes.js'
import { readSettings, settings } from './settings.js'

const RESET = ['POST /users-srv/resetpassword/initiate', 'POST /password-srv/resetpassword?action=initiatereset']

/** Where a flow answers, by its slot. */
const ADDRESSES: ReadonlyMap<string, readonly string[]> = new Map([
  ['change', ['PUT /password-srv/password', 'POST /users-srv/changepassword']],
  ['set', ['POST /password-srv/password']],
  ['forgot', RESET],
])

/**
 * The password calls of cidaas: change, set, and the forgotten password, as its pages print them and its SDKs send them. What is spoken and
 * where we chose, for want of a page that says, stands in `docs/dialects/cidaas.md`.
 */
export const cidaas = defineDialect({
  name: 'cidaas',
  // One request holds all answers but those of a reset, and a reset asks for a code and a password only.
  kinds: ['identifier', 'code', 'password', 'newPassword', 'choice'],
  options: {},
  slots: ['change', 'set', 'forgot'],
  offers: ['bearer'],
  settings,
  speaksByDefault: false,
  opens: 'eager',
  openapi: describeCidaas,
  handles: HANDLES,

  mount(given, site) {
    const desk = { settings: readSettings(given, site), site }
    return {
      routes: routesOf(desk),
      prefixes: ['/verification-srv', '/password-srv', '/users-srv', '/authz-srv', '/public-srv'],
      // The SDK never looks at the status and waits for ever when the body is no JSON.
      stray: (request, fault) => withCors(corsOf(desk.settings), request, failed(fault === 'fault' ? INTERNAL : UNKNOWN, request)),
      addresses: (as) => ADDRESSES.get(as) ?? [],
      link: (_as, _token, code, _approval, { rprq = '' }) => mailLink(desk, rprq, code ?? ''),
    }
  },
})
