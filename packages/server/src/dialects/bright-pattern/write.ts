import type { Ended, Problem, ProblemCode, View } from '@rekey/core'
import { unknownPath } from '../../dialect/unknown-path.js'
import type { WireResponse } from '../../dialect/wire.js'
import { printDistinguishedName, readDistinguishedName } from './distinguished-name.js'
import type { BrightPatternSettings } from './settings.js'

/** Every cause is told alike; which one it was stands in the audit log. `unknown` is the answer of a path that does not exist. */
const PROBLEMS = {
  'flow-unknown': 'unknown',
  'request-malformed': 200,
  'answer-missing': 200,
  'answer-invalid': 200,
  'answer-rejected': 200,
  'out-of-turn': 200,
  'token-invalid': 200,
  'token-foreign': 200,
  spent: 200,
  ended: 200,
  'too-many-attempts': 200,
  'step-failed': 200,
  'already-changed': 200,
  'caller-refused': 'unknown',
  // Only who has not proved to be the trusted caller is limited by address.
  limited: 'unknown',
  unavailable: 200,
} as const satisfies Record<ProblemCode, 200 | 'unknown'>

/** Draws what came of a request. Anything but a set password is `failed`. */
export function writeGenerate(settings: BrightPatternSettings, view: View | undefined, problem: Problem | undefined): WireResponse {
  if (problem) {
    if (PROBLEMS[problem.code] === 'unknown') return unknownPath()
    return failed(problem.code === 'request-malformed' && problem.detail === 'not-json' ? 400 : 200)
  }
  const password = view?.is === 'ended' && view.as === 'completed' ? view.outputs['password'] : undefined
  if (view?.is !== 'ended' || typeof password !== 'string') return failed(200)
  // Order of the members as in the vendor's sample.
  const response = { password, username: nameOf(view, settings) }
  return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: { res: 'ok', type: 'response', response } }
}

export function failed(status: 200 | 400): WireResponse {
  return { status, headers: { 'Cache-Control': 'no-store' }, body: { res: 'failed' } }
}

/**
 * Milliseconds that an answer waits. Who is answered as by an unknown path is not held back: an unknown path is not either.
 * @param tookMs what judging has taken.
 */
export function holdBack({ minimumMs }: BrightPatternSettings, problem: Problem | undefined, tookMs: number): number {
  return problem !== undefined && PROBLEMS[problem.code] === 'unknown' ? 0 : Math.max(0, minimumMs - tookMs)
}

/** The distinguished name; of people whom the directory knows no such name of, the user name. */
function nameOf({ outputs }: Ended, { dnStyle }: BrightPatternSettings): string {
  const { distinguishedName, userName } = outputs
  if (typeof distinguishedName !== 'string') return typeof userName === 'string' ? userName : ''
  const [first] = dnStyle === 'rdn' ? (readDistinguishedName(distinguishedName) ?? []) : []
  return first ? printDistinguishedName([first]) : distinguishedName
}
