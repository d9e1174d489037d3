import type { JsonObject } from '../../../step/json.js'
import type { Bench } from '../bench.js'
import { textOf } from '../forms.js'
import { once, type Fault, type Rule } from '../rule.js'
import { withTraps } from '../traps.js'
import type { Seen, Visit } from '../visit.js'

/** Answers that are given twice. */
const TWICE = 4

export const pure: Rule = {
  name: 'pure',
  law: 'a handler asks nothing but its context: the same context gives the same verdict, and nothing else happens',
  async check(bench) {
    const faults: Fault[] = []
    const answers: readonly (JsonObject | undefined)[] = [undefined, ...bench.answers.slice(0, TWICE)]
    for (const answer of answers) {
      const wishes = answer ? { answer } : {}
      const [first, second] = [await trapped(bench, wishes, faults), await trapped(bench, wishes, faults)]
      for (const [one, other] of paired(first, second)) faults.push(...compared(one, other))
    }
    return once(faults)
  },
}

function trapped(bench: Bench, wishes: { readonly answer?: JsonObject }, faults: Fault[]): Promise<Visit> {
  const note = (name: string) =>
    void faults.push({ saw: `a handler uses \`${name}\``, repair: REPAIRS.find(([of]) => of.test(name))?.[1] ?? REST })
  return withTraps(note, () => bench.visit(wishes))
}

const REPAIRS = [
  [/Date|performance/, 'use `now` or `openedAt` of the context'],
  [/andom/, 'use `pick` of the context, or inject a service'],
  [/fetch/, 'inject a service that asks, and provide it with `provide`'],
  [/console/, 'leave it out: the engine writes the audit trail'],
] as const
const REST = 'leave it out: the engine waits, saves and sends'

function paired(first: Visit, second: Visit): readonly (readonly [Seen, Seen])[] {
  const opened = [first.opened, second.opened] as const
  return first.judged && second.judged ? [opened, [first.judged, second.judged]] : [opened]
}

function compared(one: Seen, other: Seen): readonly Fault[] {
  const changed = one.changed.map((name) => ({ saw: `\`${one.handler}\` changes \`${name}\` of its context`, repair: 'make a copy' }))
  if (one.thrown !== undefined || other.thrown !== undefined || textOf(one.verdict) === textOf(other.verdict)) return changed
  return [
    ...changed,
    {
      saw: `\`${one.handler}\` gives another verdict the second time, with the same context`,
      repair: 'keep nothing between calls: what a step remembers goes into `state`; doubles of the samples must answer alike each time',
    },
  ]
}
