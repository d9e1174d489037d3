import { thrownOf } from '../forms.js'
import { factsFor } from '../given.js'
import { once, type Fault, type Rule } from '../rule.js'

export const reads: Rule = {
  name: 'reads',
  law: 'a step reads only the facts that `reads` names and the values of the request that `takes` names',
  async check(bench) {
    const { step } = bench
    const facts = Object.keys(step.reads ?? {})
    const taken: readonly string[] = [...(step.takes ?? []), ...(step.takes?.includes('bearer') ? ['subjects'] : [])]
    const seen = (await bench.visits()).flatMap(({ opened, judged }) => (judged ? [opened, judged] : [opened]))
    const undeclared = seen.flatMap(({ handler, watch }): readonly Fault[] => [
      ...[...watch.facts]
        .filter((name) => !facts.includes(name))
        .map((name) => ({ saw: `\`${handler}\` reads the fact \`${name}\``, repair: `add \`'${name}'\` with its schema to \`reads\`` })),
      ...[...watch.request]
        .filter((name) => !taken.includes(name))
        .map((name) => ({ saw: `\`${handler}\` reads \`${name}\` of the request`, repair: `add \`${name}\` to \`takes\`` })),
    ])
    return once([...undeclared, ...(await withoutOptional(bench))])
  },
}

/** A fact marked `optional` may be absent. */
async function withoutOptional(bench: Parameters<Rule['check']>[0]): Promise<readonly Fault[]> {
  const { step, samples } = bench
  const optional = Object.entries(step.reads ?? {}).flatMap(([name, schema]) => (schema.optional === true ? [name] : []))
  if (optional.length === 0) return []
  const facts = Object.fromEntries(Object.entries(factsFor(step, samples)).filter(([name]) => !optional.includes(name)))
  const [full, bare] = [await bench.visit(), await bench.visit({ facts })]
  const thrown = full.opened.thrown === undefined ? (bare.opened.thrown ?? bare.judged?.thrown) : undefined
  if (thrown === undefined) return []
  return [
    {
      saw: `without the optional ${optional.map((name) => `\`${name}\``).join(', ')} the step throws ${thrownOf(thrown)}`,
      repair: 'do without it, or drop `optional`',
    },
  ]
}
