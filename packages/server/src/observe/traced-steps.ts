import type { StepDefinition, Verdict } from '@rekey/core'
import type { Tracing } from './tracing.js'

/** The same steps, whose handlers are traced by type; what they came to is not told, as it would tell who exists. */
export function tracedSteps(steps: ReadonlyMap<string, StepDefinition>, tracing: Tracing): ReadonlyMap<string, StepDefinition> {
  return new Map([...steps].map(([type, definition]) => [type, traced(definition, tracing)]))
}

function traced(definition: StepDefinition, tracing: Tracing): StepDefinition {
  const { type, submit, approved } = definition
  const watch = (handler: 'prepare' | 'submit' | 'approved', run: () => Verdict | Promise<Verdict>) =>
    tracing.within(`${type} ${handler}`, 'ours', { 'rekey.step.type': type, 'rekey.step.handler': handler }, run)
  return {
    ...definition,
    prepare: (context: never) => watch('prepare', () => definition.prepare(context)),
    ...(submit && { submit: (context: never, answer: never) => watch('submit', () => submit.call(definition, context, answer)) }),
    ...(approved && { approved: (context: never) => watch('approved', () => approved.call(definition, context)) }),
  }
}
