import { hash } from 'node:crypto'
import type { Described, Ended, JsonObject, Open, Problem, View } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { protocolOf } from './crest.js'
import { document, errorBody, errorDocument } from './document.js'
import { weakPassword, wordsOf } from './problems.js'
import { NOTHING, requirementsOf } from './requirements.js'
import type { ForgerockSettings } from './settings.js'

/** Names of the vendor's stages where ours differ; other steps go by their own type. */
const STAGES: ReadonlyMap<string, string> = new Map([
  ['kba', 'kbaSecurityAnswerVerificationStage'],
  ['reset', 'resetStage'],
])

/**
 * Draws a view, or the problem that came instead of one.
 * @throws Error for a reply that is neither: a fault of ours, answered at the edge.
 */
export function writeStage(
  settings: ForgerockSettings,
  view: View | undefined,
  problem: Problem | undefined,
  request: WireRequest,
): WireResponse {
  if (problem) {
    const again = settings.weakPassword === 'requirements' && problem.reason === 'policy' && view?.is === 'open'
    return again ? document(askedAgain(view, problem), request) : drawProblem(problem, request)
  }
  switch (view?.is) {
    case 'described':
      return drawDescribed(view, request)
    case 'open':
      return document(stage(view), request)
    case 'ended':
      return view.as === 'completed' ? document(ending(view), request) : drawProblem({ code: 'step-failed', step: view.step }, request)
    case undefined:
      throw new Error('a reply has neither a view nor a problem')
  }
}

function drawProblem(problem: Problem, request: WireRequest): WireResponse {
  const { status, message, detail } = wordsOf(problem)
  return errorDocument(status, message, request, detail)
}

/** The vendor's name of a step's stage. */
export function stageName(type: string): string {
  return STAGES.get(type) ?? type
}

/** The first page: no token, for nothing was started. `_id` and `_rev` are left out under protocol 1.0, which did not have them. */
function drawDescribed({ step, requirement }: Described, request: WireRequest): WireResponse {
  const body = {
    type: stageName(step.type),
    tag: requirement?.tag ?? 'initial',
    requirements: requirement ? requirementsOf(requirement) : NOTHING,
  }
  const revision = revisionOf(body)
  const protocol = protocolOf(request)
  const old = protocol.is === 'version' && protocol.version === '1.0'
  return document(old ? body : { _id: '1', _rev: revision, ...body }, request, { ETag: `"${revision}"` })
}

/** A number, as the vendor's hash codes are; the same for the same body in every process. */
function revisionOf(body: JsonObject): string {
  return String(hash('sha256', JSON.stringify(body), 'buffer').readUInt32BE(0))
}

function stage({ requirement, token }: Open): JsonObject {
  return { type: stageName(requirement.step.type), tag: requirement.tag, requirements: requirementsOf(requirement), token }
}

/** The question again with what was wrong, inside a 200. Source: reset stage page of IDM 6 and later. */
function askedAgain(view: Open, problem: Problem): JsonObject {
  const { status, message, detail } = weakPassword(problem.details ?? [])
  const asked = stage(view)
  return { ...asked, requirements: { ...requirementsOf(view.requirement), error: errorBody(status, message, detail) } }
}

/** The type is that of the last step run, even of one that never showed. */
function ending({ step, outputs }: Ended): JsonObject {
  return { type: stageName(step.type), tag: 'end', status: { success: true }, additions: outputs }
}
