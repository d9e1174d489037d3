import type { JsonObject } from '../../../step/json.js'
import { Secret } from '../../../step/secret.js'
import type { Bench } from '../bench.js'
import { shown } from '../forms.js'
import { once, type Fault, type Rule } from '../rule.js'
import { outcomeOf } from '../verdicts.js'

export const proves: Rule = {
  name: 'proves',
  law: 'a step that proves something passes on the right answer only, and refuses a wrong one with its declared `refusal`',
  async check(bench) {
    if (!bench.step.proves) return []
    return bench.step.kind === undefined ? unasked(bench) : once([...(await passes(bench)), ...(await refusals(bench))])
  },
}

async function passes(bench: Bench): Promise<readonly Fault[]> {
  const right = JSON.stringify((await bench.visit()).answer)
  const faults: Fault[] = []
  for (const settings of bench.settings)
    for (const answer of bench.answers.filter((one) => JSON.stringify(one) !== right)) {
      if (outcomeOf(await bench.visit({ settings, answer }))?.is !== 'done') continue
      faults.push({
        saw: `passes on the answer ${shown(answer)}`,
        repair: 'compare the whole answer, in constant time, with what only the right person can give',
      })
    }
  return faults
}

async function refusals(bench: Bench): Promise<readonly Fault[]> {
  const { refusal } = bench.step
  const faults: Fault[] = []
  for (const answer of bench.samples.wrong ?? bench.answers.filter(isFilledIn)) {
    const verdict = outcomeOf(await bench.visit({ answer }))
    if (verdict === undefined || verdict.is === 'done' || verdict.is === 'ask') continue
    const at = verdict.is === 'rejected' ? verdict.at : undefined
    if (verdict.is === 'rejected' && verdict.reason === refusal?.reason && at === refusal.at) continue
    faults.push({
      saw: `answers ${shown(answer)} with \`${verdict.is}\`, reason \`${verdict.reason}\`${at === undefined ? '' : `, at \`${at}\``}; a person who does not exist is refused with \`${refusal?.reason}\`${refusal?.at === undefined ? '' : ` at \`${refusal.at}\``}`,
      repair:
        'return `rejected` with the words of `refusal`; for an answer of the wrong form, name well-formed ones in `wrong` of the samples',
    })
  }
  return faults
}

/** An empty answer may have a reason of its own: it is refused alike for everybody. */
function isFilledIn(answer: JsonObject): boolean {
  return Object.values(answer).every((value) => typeof value !== 'string' || value.trim() !== '')
}

/** A silent proof judges what the request brings. */
async function unasked(bench: Bench): Promise<readonly Fault[]> {
  const requests = [{}, { bearer: new Secret('') }, { bearer: new Secret('a-token-that-nobody-made') }]
  const faults: Fault[] = []
  for (const request of requests) {
    if (outcomeOf(await bench.visit({ request }))?.is !== 'done') continue
    const brings = 'bearer' in request ? `the bearer token ${shown(request.bearer?.reveal())}` : 'nothing'
    faults.push({
      saw: `passes on a request that brings ${brings}`,
      repair: 'return `failed` unless the request proves what the step says it proves',
    })
  }
  return faults
}
