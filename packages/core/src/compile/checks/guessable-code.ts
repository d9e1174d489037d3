import type { Limits, Rate } from '../../machine/machine.js'
import { quote } from '../../diagnostics/quote.js'
import type { LinkedStep } from '../linked-flow.js'
import { defineCheck } from './define-check.js'

/** The chance of guessing one person's code within an hour that is still acceptable. Source: SEC-8. */
const MOST_CHANCE = 1e-4

/** Short codes with many tries are guessed. The figure is for one person, one hour, and a caller who uses every try. */
export const guessableCode = defineCheck({
  code: 'guessable-code',
  severity: 'error',
  run({ flow, path, report }) {
    const { limits } = flow.source
    for (const { step } of path) {
      const space = guessSpaceOf(step)
      if (space === undefined) continue
      const tries = triesPerHour(step, limits)
      const chance = tries.count / space
      if (chance <= MOST_CHANCE) continue
      report(
        step,
        `the code of ${quote(step.id)} can be guessed: ${tries.text} in a space of ${space} is ${show(chance)}, over ${show(MOST_CHANCE)}`,
        {
          steps: [step.id],
          label: 'too easy',
          help: tries.help,
        },
      )
    }
  },
})

function guessSpaceOf({ definition, settings }: LinkedStep): number | undefined {
  if (definition.kind !== 'code' || settings === undefined) return undefined
  // The registry hides the parameter's type; it was inferred from the schema that these settings have passed.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return definition.guessSpace?.(settings as never)
}

function triesPerHour({ definition, attempts }: LinkedStep, limits: Limits) {
  const { channel } = definition
  if (channel === 'email' || channel === 'sms') {
    const codes = perHour(limits.messages.destination)
    const help = 'make the code longer, or lower `attempts` or `limits.messages.destination`'
    return { count: attempts * codes, text: `${attempts} attempts at each of ${round(codes)} codes an hour`, help }
  }
  // No message bounds a code of an app; the person's own limit of failures does.
  const failures = perHour(limits.failures.principal)
  return { count: failures, text: `${round(failures)} tries an hour`, help: 'make the code longer, or lower `limits.failures.principal`' }
}

/** A fixed window lets the whole count through at once, so that a long window is no slower in its first hour. */
function perHour({ count, seconds }: Rate): number {
  return count * Math.max(1, 3600 / seconds)
}

function round(figure: number): string {
  return String(Math.round(figure * 10) / 10)
}

function show(chance: number): string {
  return chance.toExponential(1).replace('.0e', 'e')
}
