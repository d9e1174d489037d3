import type { Verdict } from '../../step/verdict.js'
import type { Visit } from './visit.js'

/** The verdicts of a visit, in order; a handler that threw gave none. */
export function verdictsOf({ opened, judged }: Visit): readonly Verdict[] {
  return [opened.verdict, judged?.verdict].filter((verdict) => verdict !== undefined)
}

/** The last verdict of a visit; undefined when its handler threw. */
export function outcomeOf({ opened, judged }: Visit): Verdict | undefined {
  return judged ? judged.verdict : opened.verdict
}
