import type { StepDefinition, Verdict } from '@rekey/core'
import type { Metrics } from './metrics.js'

/** The same steps, whose handlers are timed. */
export function timedSteps(steps: ReadonlyMap<string, StepDefinition>, metrics: Metrics): ReadonlyMap<string, StepDefinition> {
  return new Map([...steps].map(([type, definition]) => [type, timed(definition, metrics)]))
}

function timed(definition: StepDefinition, metrics: Metrics): StepDefinition {
  const { type, submit, approved } = definition
  const watch = async (handler: 'prepare' | 'submit' | 'approved', run: () => Verdict | Promise<Verdict>): Promise<Verdict> => {
    const begun = performance.now()
    try {
      return await run()
    } finally {
      metrics.step(type, handler, (performance.now() - begun) / 1_000)
    }
  }
  return {
    ...definition,
    prepare: (context: never) => watch('prepare', () => definition.prepare(context)),
    ...(submit && { submit: (context: never, answer: never) => watch('submit', () => submit.call(definition, context, answer)) }),
    ...(approved && { approved: (context: never) => watch('approved', () => approved.call(definition, context)) }),
  }
}
