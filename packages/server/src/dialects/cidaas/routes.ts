import type { Intent, Problem, QueryAnswers, View } from '@rekey/core'
import type { IntentRoute, QueryRoute, Refusal, Route } from '../../dialect/dialect.js'
import { corsRoute, preflightRoute, withCors } from '../../dialect/cors.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { bearerOf } from './caller.js'
import { corsOf } from './cors.js'
import { denied, failed } from './envelope.js'
import { accept, initiate, validate, type Desk, type ResetRoute } from './forgot.js'
import { followLink, onlyValue } from './link.js'
import { availableMethods, configuredMethods, publicMethods } from './methods.js'
import { readChange, readSet, writePasswords } from './password.js'
import { FAULTS, UNKNOWN } from './problems.js'
import { generateRequest, publicInfo } from './public.js'
import { isRequestId } from './request-id.js'

/** All routes, with the question of a browser for each path. */
export function routesOf(desk: Desk): readonly Route[] {
  const routes = ROUTES.map(([method, path, make]) => make(desk, method, path))
  const paths = [...new Set(ROUTES.map(([, path]) => path))]
  return [...routes, ...paths.map((path) => preflightOf(desk, path))]
}

type Make = (desk: Desk, method: string, path: string) => Route

const ROUTES: readonly (readonly [method: string, path: string, Make])[] = [
  ['GET', '/verification-srv/config/list', factorsRoute((desk, factors, request) => availableMethods(desk.settings, factors, request))],
  [
    'POST',
    '/verification-srv/v2/setup/users/configured/list',
    factorsRoute((_desk, factors, request) => configuredMethods(factors, request)),
  ],
  ['POST', '/verification-srv/v2/setup/public/configured/list', answered((desk, request) => ({ refuse: publicMethods(desk, request) }))],
  ['PUT', '/password-srv/password', passwordRoute('change')],
  ['POST', '/password-srv/password', passwordRoute('set')],
  ['POST', '/users-srv/changepassword', passwordRoute('change')],
  ['POST', '/authz-srv/authrequest/authz/generate', answered((desk, request) => ({ refuse: generateRequest(desk, request) }))],
  ['GET', '/public-srv/public/:requestId', publicRoute],
  ['POST', '/users-srv/resetpassword/initiate', resetRoute(() => initiate)],
  ['POST', '/users-srv/resetpassword/validatecode', resetRoute(() => validate)],
  ['POST', '/users-srv/resetpassword/accept', resetRoute(() => accept)],
  ['POST', '/password-srv/resetpassword', resetRoute(byAction)],
  ['GET', '/password-srv/resetpassword', answered(followLink)],
]

/** The newer path has one address for the three calls. Source: vendor documentation 4.0; the mobile SDKs set to version 3. */
const ACTIONS: ReadonlyMap<string, ResetRoute> = new Map([
  ['initiatereset', initiate],
  ['validatecode', validate],
  ['acceptreset', accept],
])

function byAction(request: WireRequest): ResetRoute | undefined {
  return ACTIONS.get(onlyValue(request, 'action') ?? '')
}

function passwordRoute(call: 'change' | 'set'): Make {
  const read = call === 'change' ? readChange : readSet
  return (desk, method, path) =>
    intentRoute(desk, method, path, read, (view, problem, request) => writePasswords(call, view, problem, request))
}

function resetRoute(pick: (request: WireRequest) => ResetRoute | undefined): Make {
  return (desk, method, path) =>
    intentRoute(
      desk,
      method,
      path,
      (request) => pick(request)?.read(desk, request) ?? { refuse: failed(UNKNOWN, request) },
      (view, problem, request) => pick(request)?.write(desk, view, problem, request) ?? failed(UNKNOWN, request),
    )
}

/** A route that needs nothing of the engine. */
function answered(answer: (desk: Desk, request: WireRequest) => Refusal): Make {
  return (desk, method, path) =>
    intentRoute(
      desk,
      method,
      path,
      (request) => answer(desk, request),
      (_view, _problem, request) => failed(UNKNOWN, request),
    )
}

function preflightOf({ settings }: Desk, path: string): Route {
  const methods = ROUTES.filter((route) => route[1] === path).map(([method]) => method)
  return preflightRoute(corsOf(settings), { path, methods, otherwise: (request) => failed(UNKNOWN, request) })
}

function intentRoute(
  { settings }: Desk,
  method: string,
  path: string,
  read: (request: WireRequest) => Intent | Refusal,
  write: (view: View | undefined, problem: Problem | undefined, request: WireRequest) => WireResponse,
): IntentRoute {
  return corsRoute(corsOf(settings), { method, path, read, write })
}

function factorsRoute(draw: (desk: Desk, factors: QueryAnswers['factors'], request: WireRequest) => WireResponse): Make {
  return (desk, method, path): QueryRoute<'factors'> => ({
    method,
    path,
    query: 'factors',
    ask(request) {
      const bearer = bearerOf(request)
      return bearer ? { query: 'factors', bearer } : { refuse: withCors(corsOf(desk.settings), request, denied(request)) }
    },
    answer: (factors, request) => withCors(corsOf(desk.settings), request, draw(desk, factors, request)),
  })
}

function publicRoute({ settings, site }: Desk, method: string, path: string): QueryRoute<'passwordRules'> {
  return {
    method,
    path,
    query: 'passwordRules',
    ask: (request) =>
      isRequestId(site, request.params['requestId'] ?? '', request.now)
        ? { query: 'passwordRules' }
        : { refuse: withCors(corsOf(settings), request, failed(FAULTS['request-id'], request)) },
    answer: (rules, request) => withCors(corsOf(settings), request, publicInfo(rules)),
  }
}
