import type { Answer, Intent, Json, RequirementKind } from '@rekey/core'
import type { IntentRoute, Site } from '../../dialect/dialect.js'
import { bearerOf, clearedCookie, refuseStranger, requestValues, unauthorized } from './caller.js'
import { success } from './envelope.js'
import { readMembers, type Members } from './members.js'
import { refuseCall } from './problems.js'
import type { CentrifySettings } from './settings.js'

/** `ChangeUserPassword`: a whole flow in one call. Nobody is named in it: the password is the caller's own. */
export function changeRoute(settings: CentrifySettings, site: Site): IntentRoute {
  return {
    method: 'POST',
    path: '/UserMgmt/ChangeUserPassword',
    caseInsensitive: true,
    read(request) {
      const stranger = refuseStranger(settings, request)
      if (stranger) return { refuse: stranger }
      const bearer = bearerOf(settings, site, request)
      if (!bearer) return { refuse: unauthorized(request) }
      const members = readMembers(request)
      const start: Intent = {
        act: 'start',
        dialect: 'centrify',
        flow: 'change',
        answers: members ? passwordsIn(members) : [],
        request: { ...requestValues(request), bearer },
      }
      // Told only to a caller whose credential is good.
      return members ? start : { ...start, fault: { code: 'request-malformed' } }
    },
    write(view, problem, request) {
      if (problem) return refuseCall(problem, request)
      const done = view?.is === 'ended' && view.as === 'completed'
      // A flow that asks for more than two passwords cannot be answered by this call.
      return done ? success(null) : refuseCall({ code: 'answer-missing' }, request)
    },
  }
}

/** `Logout`: ends the session of the caller. Where to go afterwards is the client's own business, so `redirectUrl` is ignored. */
export function logoutRoute(settings: CentrifySettings, site: Site): IntentRoute {
  return {
    method: 'POST',
    path: '/Security/Logout',
    caseInsensitive: true,
    read(request) {
      const stranger = refuseStranger(settings, request)
      if (stranger) return { refuse: stranger }
      const bearer = bearerOf(settings, site, request)
      if (!bearer) return { refuse: unauthorized(request) }
      return { act: 'signOut', dialect: 'centrify', flow: '', answers: [], request: { ...requestValues(request), bearer } }
    },
    write(_view, problem, request) {
      return problem ? refuseCall(problem, request) : success(null, { 'Set-Cookie': clearedCookie(site) })
    },
  }
}

function passwordsIn(members: Members): readonly Answer[] {
  return [password('password', members.get('oldpassword')), password('newPassword', members.get('newpassword'))]
}

/** Given by name, so that neither password is ever taken for the other. */
function password(kind: RequirementKind, given: Json | undefined): Answer {
  return { kind, value: given === undefined ? {} : { password: given } }
}
