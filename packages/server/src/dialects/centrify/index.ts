import { corsRoute, preflightRoute, withCors } from '../../dialect/cors.js'
import { defineDialect } from '../../dialect/dialect.js'
import type { WireRequest } from '../../dialect/wire.js'
import { approvalLink, approvalRoutes } from './approval.js'
import { advanceRoute, cleanupRoute, startRoute } from './authentication.js'
import { corsOf } from './cors.js'
import { describeCentrify } from './openapi.js'
import { SESSION_HANDLE } from './package.js'
import { changeRoute, logoutRoute } from './session-calls.js'
import { readSettings, settings } from './settings.js'
import { answerStray } from './stray.js'

/**
 * The authentication calls of Centrify Identity Service, which is also Idaptive and CyberArk Identity: log-in and forgotten password as one
 * conversation, under one id that never changes. What is spoken and where we differ stands in `docs/dialects/centrify.md`.
 */
export const centrify = defineDialect({
  name: 'centrify',
  // A first step takes the user's name; `consent`, `attributes` and `captcha` are no mechanisms of this wire.
  kinds: ['identifier', 'password', 'code', 'approval', 'answers', 'newPassword', 'choice'],
  options: {},
  settings,
  speaksByDefault: false,
  slots: ['login', 'forgot', 'change'],
  offers: ['bearer'],
  opens: 'lazy',
  openapi: describeCentrify,
  handles: [SESSION_HANDLE],
  becomes: { login: ['forgot'] },

  mount(given, site) {
    const read = readSettings(given)
    const cors = corsOf(read)
    const calls = [startRoute(read, site), advanceRoute(read, site), cleanupRoute(read), logoutRoute(read, site), changeRoute(read, site)]
    return {
      routes: [
        ...calls.map((route) => corsRoute(cors, route)),
        ...calls.map(({ path, method }) => {
          const otherwise = (request: WireRequest) => answerStray(request, 'bad-method')
          return preflightRoute(cors, { path, caseInsensitive: true, methods: [method], otherwise })
        }),
        // A page that people open, for no script of another origin.
        ...approvalRoutes,
      ],
      prefixes: ['/Security', '/UserMgmt'],
      caseInsensitive: true,
      stray: (request, fault) => withCors(cors, request, answerStray(request, fault)),
      addresses: (as) => ADDRESSES.get(as) ?? [],
      link: (_as, _token, _code, approval) => approvalLink(site, approval),
    }
  },
})

const ADDRESSES: ReadonlyMap<string, readonly string[]> = new Map([
  ['login', ['POST /Security/StartAuthentication', 'POST /Security/AdvanceAuthentication']],
  ['forgot', ['POST /Security/AdvanceAuthentication']],
  ['change', ['POST /UserMgmt/ChangeUserPassword']],
])
