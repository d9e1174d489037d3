import type { IntentRoute } from '../../dialect/dialect.js'
import { cleared } from './cookie.js'
import { errorDocument, noContent } from './document.js'
import { refuseForgery } from './guard.js'
import type { Place } from './place.js'
import { wordsOf } from './problems.js'
import { intentOf, lostSession } from './session.js'
import { session, writeProblem } from './write.js'

/** The state of the session's flow. It reads only, so it hands out no cookie. */
export function stateRoute(place: Place, path: string): IntentRoute {
  return {
    method: 'GET',
    path,
    read(request) {
      const refuse = refuseForgery(place, request)
      return refuse ? { refuse } : (intentOf(place, request, 'look') ?? { refuse: lostSession(place, request) })
    },
    write(view, problem, request) {
      if (problem) return writeProblem(place, request, undefined, problem)
      return view?.is === 'open' ? session(place, request, view) : lostSession(place, request)
    },
  }
}

/** Ends the session's flow. Where none runs there is nothing to end, and the answer is the same. Source: vendor documentation, flow control. */
export function endRoute(place: Place, path: string): IntentRoute {
  return {
    method: 'DELETE',
    path,
    read(request) {
      const refuse = refuseForgery(place, request)
      return refuse ? { refuse } : (intentOf(place, request, 'cancel') ?? { refuse: noContent(cleared(place)) })
    },
    write(_view, problem, request) {
      if (problem?.code !== 'unavailable') return noContent(cleared(place))
      const { status, code } = wordsOf(place.settings, problem, (at) => at)
      return errorDocument(status, code, request)
    },
  }
}
