import type { Principal } from '../../../ports/directory.js'
import type { Bench } from '../bench.js'
import { thrownOf } from '../forms.js'
import { once, type Fault, type Rule } from '../rule.js'
import { leanest } from '../sample-person.js'
import type { Seen, Visit } from '../visit.js'

export const needs: Rule = {
  name: 'needs',
  law: 'a step does without every attribute of the person that `needs` does not name',
  async check(bench) {
    const { step, person } = bench
    const full = await bench.visit()
    const lean = leanest(person, step.needs ?? [])
    const bare = await bench.visit({ person: step.needs === undefined ? 'nobody' : lean, ...(full.answer && { answer: full.answer }) })
    return once(pairs(full, bare).flatMap(([before, after]) => compared(bench, before, after, lean)))
  },
}

function pairs(full: Visit, bare: Visit): readonly (readonly [Seen, Seen])[] {
  const opened = [full.opened, bare.opened] as const
  return full.judged && bare.judged ? [opened, [full.judged, bare.judged]] : [opened]
}

function compared({ step, person }: Bench, before: Seen, after: Seen, lean: Principal): readonly Fault[] {
  // What throws for the full person too is the business of the rule `total`.
  if (before.thrown !== undefined) return []
  const nobody = step.needs === undefined
  const missing = [...before.watch.person, ...after.watch.person].filter((name) => nobody || (name in person && !has(lean, name, person)))
  const named = [...new Set(missing)].map((name) => `\`${name}\``).join(', ')
  if (named === '') return []
  const repair = nobody
    ? 'declare `needs: []` if somebody is always named before, or do without'
    : `add ${named} to \`needs\`, or do without`
  const without = `\`${after.handler}\` reads ${named} of the person, and without it`
  if (after.thrown !== undefined) return [{ saw: `${without} throws ${thrownOf(after.thrown)}`, repair }]
  if (before.verdict?.is !== after.verdict?.is)
    return [{ saw: `${without} answers \`${after.verdict?.is}\` in the place of \`${before.verdict?.is}\``, repair }]
  return JSON.stringify(after.verdict).includes('undefined') ? [{ saw: `${without} says "undefined"`, repair }] : []
}

function has(lean: Principal, name: string, full: Principal): boolean {
  const key = name as keyof Principal
  return JSON.stringify(lean[key]) === JSON.stringify(full[key])
}
