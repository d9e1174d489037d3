import type { Act, Carried, Intent, Open, Problem, View } from '@rekey/core'
import type { IntentRoute, Refusal, Site } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { openAnswer, userAnswer } from './answer.js'
import { bearerOf, refuseStranger, requestValues } from './caller.js'
import { success } from './envelope.js'
import { writeEnding } from './ending.js'
import { alreadySignedIn } from './login-success.js'
import { readMembers, textIn } from './members.js'
import { isPoll, lastOf, readAdvance, type Advance, type Operation } from './operation.js'
import { packageOf, SESSION_HANDLE } from './package.js'
import { weakPassword } from './policy-words.js'
import { refuseAdvance, refuseUnread } from './problems.js'
import type { CentrifySettings } from './settings.js'

/**
 * `StartAuthentication`: begins a log-in and tells what it asks, the questions that lie ahead included. Whoever is signed in already gets the
 * session they have; whom the request names does not count then. Source: vendor reference, StartAuthentication.
 */
export function startRoute(settings: CentrifySettings, site: Site): IntentRoute {
  return {
    method: 'POST',
    path: '/Security/StartAuthentication',
    caseInsensitive: true,
    read(request) {
      const stranger = refuseStranger(settings, request)
      if (stranger) return { refuse: stranger }
      const user = textIn(readMembers(request) ?? new Map(), 'User') ?? ''
      if (user === '') return { refuse: refuseUnread(request) }
      // A suffix alone asks under which host its tenant is served.
      if (user.startsWith('@')) return { refuse: success({ PodFqdn: new URL(site.publicUrl).host, Summary: 'Undefined' }) }
      return { ...intent(request, 'start'), flow: 'login', ahead: true, answers: [userAnswer(user)] }
    },
    signedIn: {
      bearer: (request) => bearerOf(settings, site, request),
      answer: (session, bearer, request) => alreadySignedIn(settings, site, session, bearer, request),
    },
    write(view, problem, request) {
      if (problem) return refuseAdvance(problem, request)
      if (view?.is === 'open') return success(packageOf(settings, site, view, requestValues(request)))
      return writeOther(settings, site, view, request)
    },
  }
}

/** `AdvanceAuthentication`: everything that follows, on the same session. */
export function advanceRoute(settings: CentrifySettings, site: Site): IntentRoute {
  return {
    method: 'POST',
    path: '/Security/AdvanceAuthentication',
    caseInsensitive: true,
    read: (request) => readIntents(settings, request),
    holdMs: (view, problem) => (problem === undefined && view?.is === 'open' && view.poll === 'waiting' ? settings.pollHoldMs : 0),
    write(view, problem, request) {
      const advance = advanceIn(request)
      if (!advance) return refuseUnread(request)
      if (problem) return writeProblem(settings, site, view, problem, advance, request)
      if (view?.is === 'open') return writeOpen(settings, site, view, lastOf(advance), request)
      return writeOther(settings, site, view, request)
    },
  }
}

/** `CleanupAuthentication`: gives a session up. Clients send it after every failure, so it succeeds for sessions that are over as well. */
export function cleanupRoute(settings: CentrifySettings): IntentRoute {
  return {
    method: 'POST',
    path: '/Security/CleanupAuthentication',
    caseInsensitive: true,
    read(request) {
      const stranger = refuseStranger(settings, request)
      if (stranger) return { refuse: stranger }
      const session = textIn(readMembers(request) ?? new Map(), 'SessionId')
      return session === undefined ? { refuse: success(null) } : { ...intent(request, 'cancel'), carried: handle(session) }
    },
    write: () => success(null),
  }
}

/** The call that a request makes; the same in `read` and in `write`. */
function advanceIn(request: WireRequest): Advance | undefined {
  const members = readMembers(request)
  return members && readAdvance(members)
}

function readIntents(settings: CentrifySettings, request: WireRequest): readonly Intent[] | Refusal {
  const stranger = refuseStranger(settings, request)
  if (stranger) return { refuse: stranger }
  if (!readMembers(request)) return { refuse: refuseUnread(request) }
  const advance = advanceIn(request)
  if (!advance) return { refuse: refuseAdvance({ code: 'answer-invalid' }, request) }
  const carried = handle(advance.session)
  return advance.operations.map((operation) => ({ ...intentOf(operation, request), carried }))
}

/** The mechanism's id is the target, so that nothing is judged for a question that is not open. */
function intentOf(operation: Operation, request: WireRequest): Intent {
  switch (operation.action) {
    case 'Answer':
      return { ...intent(request, 'submit'), target: operation.mechanism, answers: [openAnswer(operation.answer)] }
    case 'StartOOB':
      return { ...intent(request, 'open'), target: operation.mechanism }
    case 'Poll':
      return { ...intent(request, 'poll'), target: operation.mechanism }
    case 'ForgotPassword':
      return { ...intent(request, 'become'), slot: 'forgot', ahead: true }
  }
}

function intent(request: WireRequest, act: Act): Intent {
  return { act, dialect: 'centrify', flow: '', answers: [], request: requestValues(request) }
}

function handle(session: string): Carried {
  return { is: 'handle', handle: session, purpose: SESSION_HANDLE }
}

function writeProblem(
  settings: CentrifySettings,
  site: Site,
  view: View | undefined,
  problem: Problem,
  advance: Advance,
  request: WireRequest,
): WireResponse {
  // Of a poll that found nobody to ask, nothing is known yet; an error would make clients give up.
  if (problem.code === 'unavailable' && isPoll(advance)) return success({ Summary: 'OobPending' })
  const weak = problem.code === 'answer-rejected' && problem.reason === 'policy'
  if (weak && settings.weakPasswordReply === 'NewPackage' && view?.is === 'open') {
    const clientMessage = weakPassword(problem.details ?? [])
    return success(packageOf(settings, site, view, { ...requestValues(request), clientMessage }))
  }
  return refuseAdvance(problem, request)
}

function writeOpen(settings: CentrifySettings, site: Site, view: Open, operation: Operation, request: WireRequest): WireResponse {
  switch (operation.action) {
    case 'ForgotPassword':
      return success(packageOf(settings, site, view, requestValues(request)))
    case 'StartOOB':
      return success({ Summary: 'OobPending' })
    case 'Poll':
      if (view.poll !== 'passed') return success({ Summary: 'OobPending' })
      return writeNext(settings, site, view, request)
    case 'Answer':
      return writeNext(settings, site, view, request)
  }
}

/** The challenge is done. A client has to be told the next one only where it cannot know it, or cannot go by what it knows. */
function writeNext(settings: CentrifySettings, site: Site, view: Open, request: WireRequest): WireResponse {
  const toReset = view.requirement.kind === 'newPassword'
  const whole = toReset && (view.address !== 'forgot' || settings.resetTransition === 'NewPackage')
  return success(whole ? packageOf(settings, site, view, requestValues(request)) : { Summary: 'StartNextChallenge' })
}

function writeOther(settings: CentrifySettings, site: Site, view: View | undefined, request: WireRequest): WireResponse {
  if (view?.is !== 'ended') throw new Error('a reply has neither an open view, nor an end, nor a problem')
  return writeEnding(settings, site, view, request)
}
