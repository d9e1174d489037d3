import { Secret } from '../../../step/secret.js'
import { once, type Fault, type Rule } from '../rule.js'
import { outcomeOf, verdictsOf } from '../verdicts.js'

export const changes: Rule = {
  name: 'changes',
  law: 'a step changes a password if, and only if, it declares `changes: "password"`: the compiler demands proof for what is declared',
  async check(bench) {
    const declared = bench.step.changes === 'password'
    const faults: Fault[] = []
    for (const verdict of (await bench.visits()).flatMap(verdictsOf)) {
      if (verdict.is !== 'done' || verdict.change === undefined) continue
      if (!declared) faults.push({ saw: 'a `done` changes a password, and nothing is declared', repair: 'add `changes: "password"`' })
      if (!(verdict.change.secret instanceof Secret))
        faults.push({
          saw: 'the new password is no `Secret`',
          repair: 'mark the member of the answer `secret: true`, and pass on what the handler gets',
        })
    }
    const outcome = outcomeOf(await bench.visit())
    if (declared && outcome?.is === 'done' && outcome.change === undefined)
      faults.push({ saw: 'is done with the right answer and changes nothing', repair: 'return `done({ change })`, or drop `changes`' })
    return once(faults)
  },
}
