import type { Bench } from '../bench.js'
import { once, type Fault, type Rule } from '../rule.js'
import type { Seen, Visit } from '../visit.js'

/** Shorter ones turn up by chance. */
const LEAST_LENGTH = 6

export const secrets: Rule = {
  name: 'secrets',
  law: 'no secret is shown in a question, state, fact, message, reason, error, or an output that is not declared `secret`',
  async check(bench) {
    const faults: Fault[] = []
    for (const visit of await bench.visits())
      for (const seen of visit.judged ? [visit.opened, visit.judged] : [visit.opened]) faults.push(...leaks(bench, visit, seen))
    return once(faults)
  },
}

function leaks({ step, person }: Bench, visit: Visit, seen: Seen): readonly Fault[] {
  // What somebody types may happen to be what everybody knows of the person: the address that a message goes to.
  const known = visit.secrets.filter((text) => text.length >= LEAST_LENGTH && !JSON.stringify(person).includes(JSON.stringify(text)))
  const faults: Fault[] = []
  for (const [name, value] of Object.entries(partsOf(step, seen))) {
    const text = JSON.stringify(value) ?? ''
    // As it stands in JSON, without the quotes.
    if (known.some((secret) => text.includes(JSON.stringify(secret).slice(1, -1))))
      faults.push({ saw: `\`${name}\` of what \`${seen.handler}\` gives holds a secret in clear`, repair: REPAIRS[name] ?? REST })
  }
  return faults
}

const REPAIRS: { readonly [name: string]: string } = {
  outputs: 'declare the output `secret: true`, so that it is told once and never kept',
  owes: 'let the message name its code by round, `code: { round, format }`: it is derived when it is sent',
  thrown: 'throw nothing; errors are logged',
}
const REST = 'compare a secret where it is, and pass on nothing of it'

function partsOf(step: Bench['step'], { verdict, thrown }: Seen): { readonly [name: string]: unknown } {
  if (!verdict) return { thrown: thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ''}` : thrown }
  if (verdict.is !== 'done') return { ...verdict }
  const { change: _applied, outputs = {}, ...rest } = verdict
  const told = Object.entries(outputs).filter(([name]) => step.outputs?.[name]?.secret !== true)
  return { ...rest, outputs: Object.fromEntries(told) }
}
