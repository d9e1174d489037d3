import type { QueryAnswers, JsonObject } from '@rekey/core'
import type { IntentRoute, QueryRoute, Refusal, Route, Site } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { refuseCaller, refuseForgery } from './caller.js'
import { verbOf } from './crest.js'
import { document, errorDocument } from './document.js'
import { featuresDocument, uiConfiguration } from './info.js'
import { failedRequirements, policyDocument, readPassword } from './policy.js'
import { readProcess, refuseAction, refuseVersion } from './read.js'
import type { ForgerockSettings } from './settings.js'
import { writeStage } from './write.js'

/** All routes below one base path. Every path is served with and without a slash behind it: the pages send both. */
export function routesOf(settings: ForgerockSettings, site: Site, base: string): readonly Route[] {
  return ROUTES.flatMap(([method, path, make]) => [path, `${path}/`].map((spelling) => make(settings, site, method, `${base}${spelling}`)))
}

type Make = (settings: ForgerockSettings, site: Site, method: 'GET' | 'POST', path: string) => Route

const ROUTES: readonly (readonly ['GET' | 'POST', string, Make])[] = [
  ['GET', '/selfservice/:as', processRoute],
  ['POST', '/selfservice/:as', processRoute],
  ['GET', '/policy/selfservice/:as', processPolicy],
  ['POST', '/policy/selfservice/:as', passwordCheck],
  ['GET', '/policy/managed/user', userPolicy],
  ['GET', '/info/uiconfig', flowsRoute(uiConfiguration)],
  ['GET', '/info/features', flowsRoute(featuresDocument)],
  ['GET', '/config/ui/configuration', flowsRoute(uiConfiguration)],
]

function processRoute(settings: ForgerockSettings, _site: Site, method: string, path: string): IntentRoute {
  return {
    method,
    path,
    read: (request) => readProcess(settings, request),
    write: (view, problem, request) => writeStage(settings, view, problem, request),
  }
}

function processPolicy(settings: ForgerockSettings, site: Site, method: string, path: string): QueryRoute<'passwordRules'> {
  return {
    method,
    path,
    query: 'passwordRules',
    ask: (request) => refusedReading(settings, request) ?? refusedProcess(site, request) ?? { query: 'passwordRules' },
    answer: (rules, request) => document(policyDocument(`selfservice/${request.params['as'] ?? ''}`, rules), request),
  }
}

function userPolicy(settings: ForgerockSettings, _site: Site, method: string, path: string): QueryRoute<'passwordRules'> {
  return {
    method,
    path,
    query: 'passwordRules',
    ask: (request) => refusedReading(settings, request) ?? { query: 'passwordRules' },
    answer: (rules, request) => document(policyDocument('managed/user', rules), request),
  }
}

function passwordCheck(settings: ForgerockSettings, site: Site, method: string, path: string): QueryRoute<'checkPassword'> {
  return {
    method,
    path,
    query: 'checkPassword',
    ask(request) {
      const before =
        refuseCaller(request, settings, false) ??
        refuseVersion(request) ??
        refuseAction(settings, request, verbOf(request), 'validateObject') ??
        refuseForgery(request, settings)
      return before ? { refuse: before } : (refusedProcess(site, request) ?? readPassword(request))
    },
    answer: (failures, request) => document(failedRequirements(failures), request),
  }
}

function flowsRoute(draw: (flows: QueryAnswers['flows']) => JsonObject): Make {
  return (settings, _site, method, path): QueryRoute<'flows'> => ({
    method,
    path,
    query: 'flows',
    ask: (request) => refusedReading(settings, request) ?? { query: 'flows', dialect: 'forgerock' },
    answer: (flows, request): WireResponse => document(draw(flows), request),
  })
}

function refusedReading(settings: ForgerockSettings, request: WireRequest): Refusal | undefined {
  const refuse = refuseCaller(request, settings, true) ?? refuseVersion(request)
  return refuse && { refuse }
}

function refusedProcess(site: Site, request: WireRequest): Refusal | undefined {
  const served = site.options(request.params['as'] ?? '') !== undefined
  return served ? undefined : { refuse: errorDocument(403, 'Access denied', request) }
}
