import type { Properties, Schema } from '../../../step/schema.js'
import type { Bench } from '../bench.js'
import { answerCheck } from '../../../engine/answer-check.js'
import { once, type Fault, type Rule } from '../rule.js'
import { verdictsOf } from '../verdicts.js'
import type { Visit } from '../visit.js'

export const writes: Rule = {
  name: 'writes',
  law: 'a `done` writes exactly the facts that `writes` or `writesFor` declares, each of its type; only those marked `optional` may be left out',
  check: async (bench) => once((await bench.visits()).flatMap((visit) => inVisit(bench, visit))),
}

function inVisit({ step }: Bench, visit: Visit): readonly Fault[] {
  const declared = declaredFacts(step, visit)
  return verdictsOf(visit).flatMap((verdict) => {
    if (verdict.is !== 'done') return []
    const written = verdict.facts ?? {}
    const undeclared = Object.keys(written)
      .filter((name) => !Object.hasOwn(declared, name))
      .map((name) => ({
        saw: `writes the fact \`${name}\`, which it does not declare`,
        repair: `add \`${name}\` with its schema to \`writes\``,
      }))
    const amiss = Object.entries(declared).flatMap(([name, schema]) => faultOf(name, schema, written[name]))
    return [...undeclared, ...amiss]
  })
}

/** The facts that the step declares under the settings of a visit. */
export function declaredFacts(step: Bench['step'], { settings }: Visit): Properties {
  // Behind the registry the types of a step's settings are known by schema only.
  const loose = step as unknown as { writesFor?: (settings: Visit['settings']) => Properties }
  return loose.writesFor?.(settings) ?? step.writes ?? {}
}

function faultOf(name: string, schema: Schema, value: unknown): readonly Fault[] {
  if (value === undefined)
    return schema.optional === true
      ? []
      : [{ saw: `is done without the fact \`${name}\``, repair: 'write it on every way, or mark it `optional: true`' }]
  return fits(schema, value)
    ? []
    : [{ saw: `writes \`${name}\` as ${JSON.stringify(value)}`, repair: 'write what its schema says, or change the schema' }]
}

/** Whether a value keeps a schema; of a bent schema nothing is said here. */
export function fits({ optional: _mark, secret: _sealed, ...schema }: Schema, value: unknown): boolean {
  try {
    // Facts and outputs are judged by the same reader as answers; what is no JSON is refused by every type.
    return answerCheck({ value: schema }, ['value'])({ value: value as never }).is === 'good'
  } catch {
    return true
  }
}
