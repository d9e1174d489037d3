import type { JsonObject } from '../../../step/json.js'
import type { Verdict } from '../../../step/verdict.js'
import { notJson, textOf } from '../forms.js'
import { once, type Fault, type Rule } from '../rule.js'
import { verdictsOf } from '../verdicts.js'

export const roundTrip: Rule = {
  name: 'roundTrip',
  law: 'what a verdict leaves in the conversation is JSON, and the step goes on with it in another process',
  async check(bench) {
    const faults = (await bench.visits()).flatMap(verdictsOf).flatMap(inVerdict)
    if (faults.length > 0) return once(faults)
    const [kept, moved] = [await bench.visit(), await bench.visit({ keep: (state) => JSON.parse(JSON.stringify(state)) as JsonObject })]
    if (textOf(kept.judged?.verdict) === textOf(moved.judged?.verdict)) return []
    return [{ saw: '`submit` answers otherwise once its state was written down and read again', repair: 'keep plain JSON in `state`' }]
  },
}

function inVerdict(verdict: Verdict): readonly Fault[] {
  return Object.entries(keptOf(verdict)).flatMap(([name, value]) => {
    const fault = value === undefined ? undefined : notJson(value)
    return fault === undefined
      ? []
      : [
          {
            saw: `\`${name}\` of a \`${verdict.is}\`: ${fault || 'it'}`,
            repair: 'keep texts, finite numbers, booleans, lists and plain objects; leave a member out in the place of `undefined`',
          },
        ]
  })
}

function keptOf(verdict: Verdict): { readonly [name: string]: unknown } {
  switch (verdict.is) {
    case 'ask':
      return { requirement: verdict.requirement, state: verdict.state, owes: verdict.owes }
    case 'done':
      return { facts: verdict.facts, outputs: verdict.outputs, owes: verdict.owes }
    case 'rejected':
      return { details: verdict.details }
    case 'failed':
    case 'hidden':
      return {}
  }
}
