import type { Open, Problem, ProblemCode, View } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { carrying, cleared } from './cookie.js'
import { errorDocument, sessionDocument } from './document.js'
import { attributesOf, nextStepOf } from './next-step.js'
import { areaOf, type Place } from './place.js'
import { wordsOf } from './problems.js'
import { CHALLENGE, lostSession } from './session.js'

/** A reason of our own: a call that answers several steps met one between them that it has no answer for. What it answered is kept. */
export const ASKS_FIRST = 'asks-first'

/**
 * Draws what came of a call that moves a flow. Every answer hands out the token of the version that now stands, so that a client that
 * stores all cookies can always go on; the end takes the cookie away.
 * @throws Error for a reply that is neither view nor problem: a fault of ours, answered at the edge.
 */
export function writeState(
  place: Place,
  request: WireRequest,
  view: View | undefined,
  problem: Problem | undefined,
  pointerOf: (at: string) => string = (at) => at,
): WireResponse {
  if (problem && !(problem.reason === ASKS_FIRST && view?.is === 'open')) return writeProblem(place, request, view, problem, pointerOf)
  switch (view?.is) {
    case 'open':
      return session(place, request, view, carrying(place, view.token))
    case 'ended':
      return view.as === 'completed'
        ? sessionDocument({ area: areaOf(place, request), conversation: view.conversation }, {}, request, cleared(place))
        : writeProblem(place, request, view, { code: 'step-failed', step: view.step }, pointerOf)
    case 'described':
    case undefined:
      throw new Error('a reply has neither a state nor a problem')
  }
}

/** The state of a flow that goes on. */
export function session(place: Place, request: WireRequest, view: Open, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return sessionDocument(
    { area: areaOf(place, request), conversation: view.conversation },
    attributesOf(place, view, request),
    request,
    headers,
  )
}

const LOST: readonly ProblemCode[] = ['token-invalid', 'token-foreign', 'spent', 'ended']

/** Draws a problem. `nextStep` is there while the flow can go on. */
export function writeProblem(
  place: Place,
  request: WireRequest,
  view: View | undefined,
  problem: Problem,
  pointerOf: (at: string) => string = (at) => at,
): WireResponse {
  if (LOST.includes(problem.code)) return lostSession(place, request)
  const { status, code, source } = wordsOf(place.settings, problem, pointerOf)
  const headers = {
    ...(status === 401 && CHALLENGE),
    ...(view?.is === 'open' && carrying(place, view.token)),
    ...(view?.is === 'ended' && cleared(place)),
  }
  return errorDocument(status, code, request, {
    ...(view?.is === 'open' && { nextStep: nextStepOf(place, view, request) }),
    source,
    headers,
  })
}
