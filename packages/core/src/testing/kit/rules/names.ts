import { once, type Fault, type Rule } from '../rule.js'
import { outcomeOf, verdictsOf } from '../verdicts.js'

export const names: Rule = {
  name: 'names',
  law: 'a step names a person if, and only if, it declares `names: true`',
  async check(bench) {
    const declared = bench.step.names === true
    const faults: Fault[] = []
    for (const verdict of (await bench.visits()).flatMap(verdictsOf)) {
      const naming = (verdict.is === 'done' && verdict.names !== undefined) || (verdict.is === 'hidden' && verdict.identifier !== undefined)
      if (naming && !declared)
        faults.push({ saw: `a \`${verdict.is}\` names somebody, and nothing is declared`, repair: 'add `names: true`' })
    }
    const outcome = outcomeOf(await bench.visit())
    if (declared && outcome?.is === 'done' && outcome.names === undefined)
      faults.push({
        saw: 'is done with the right answer and names nobody',
        repair: 'return `done({ names: { principal, identifier } })`, or drop `names`',
      })
    return once(faults)
  },
}
