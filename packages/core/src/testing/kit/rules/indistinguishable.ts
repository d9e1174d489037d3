import type { JsonObject } from '../../../step/json.js'
import type { Bench } from '../bench.js'
import { formOf, shown, textOf } from '../forms.js'
import { once, type Fault, type Rule } from '../rule.js'
import { strangerLike } from '../sample-person.js'
import type { Seen } from '../visit.js'

/** Wrong answers that are tried with both. */
const TRIED = 12

export const indistinguishable: Rule = {
  name: 'indistinguishable',
  law: 'somebody who does not exist is asked and refused like somebody who does: same words, same calls of services',
  async check(bench) {
    const { kind, changes, needs } = bench.step
    // Nobody is named yet; or the engine keeps strangers away from the handler.
    if (needs === undefined || (kind === undefined && changes !== undefined)) return []
    const answers = kind === undefined ? ['none' as const] : ['none' as const, ...(bench.samples.wrong ?? bench.answers).slice(0, TRIED)]
    const faults: Fault[] = []
    for (const answer of answers) faults.push(...(await compared(bench, answer)))
    return once(faults)
  },
}

async function compared(bench: Bench, answer: JsonObject | 'none'): Promise<readonly Fault[]> {
  const real = await bench.visit({ answer })
  const stranger = await bench.visit({ answer, person: strangerLike(bench.person) })
  if (answer === 'none') return differences(real.opened, stranger.opened, 'when entered')
  // What passes is the business of the rule `proves`; the engine refuses it for strangers.
  if (!real.judged || !stranger.judged || real.judged.verdict?.is === 'done') return []
  return differences(real.judged, stranger.judged, `for the answer ${shown(answer)}`)
}

function differences(real: Seen, stranger: Seen, when: string): readonly Fault[] {
  if (real.thrown !== undefined || stranger.thrown !== undefined) return []
  const repair = 'judge a stranger by the same steps: compare with something that never matches in the place of returning early'
  if (textOf(formOf(real.verdict)) !== textOf(formOf(stranger.verdict)))
    return [{ saw: `${when}: ${said(real)} for a person, ${said(stranger)} for a stranger`, repair }]
  const [here, there] = [real.watch.calls.join(', ') || 'nothing', stranger.watch.calls.join(', ') || 'nothing']
  return here === there ? [] : [{ saw: `${when}: calls ${here} for a person, ${there} for a stranger`, repair }]
}

function said({ verdict }: Seen): string {
  return verdict && 'reason' in verdict ? `\`${verdict.is}\` (\`${verdict.reason}\`)` : `\`${verdict?.is}\``
}
