import type { Rule } from '../rule.js'
import { outcomeOf } from '../verdicts.js'

export const rightAnswerPasses: Rule = {
  name: 'rightAnswer',
  law: 'the right answer passes; without one that does, half of the contract is tried on nothing',
  async check(bench) {
    const visit = await bench.visit()
    const outcome = outcomeOf(visit)
    if (outcome === undefined || outcome.is === 'done') return []
    if (visit.judged === undefined && outcome.is === 'ask')
      return [{ saw: 'the right answer of the samples does not keep the schema of the answer', repair: 'give `right` in the samples' }]
    const reason = 'reason' in outcome ? `, reason \`${outcome.reason}\`` : ''
    return [
      {
        saw: `${visit.judged ? 'the right answer' : 'entering the step'} gives \`${outcome.is}\`${reason}`,
        repair: 'give `right`, or `person`, `facts`, `request` and `settings` in the samples under which the step passes',
      },
    ]
  },
}
