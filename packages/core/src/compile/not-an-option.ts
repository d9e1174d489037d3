import type { StepDefinition } from '../step/define-step.js'
import { effectOf } from './earned.js'

/**
 * Why a step must not hang on a pick: whom the flow is about, who may call and what is changed has to be the same on all paths, and what
 * asks nothing can only be picked by accident.
 * @returns the second half of a sentence; undefined for a step that may be an option.
 */
export function whyUnfit(step: StepDefinition): string | undefined {
  if (step.names === true) return 'names the person'
  if (step.changes !== undefined) return effectOf(step)
  if (step.caller === true) return 'judges the caller'
  return step.kind === undefined ? 'asks nothing' : undefined
}
