import { once, type Rule } from '../rule.js'
import { verdictsOf } from '../verdicts.js'
import { declaredFacts, fits } from './writes.js'

export const outputs: Rule = {
  name: 'outputs',
  law: 'what a `done` gives the client at the end is declared in `outputs`, or is one of its declared facts',
  check: async (bench) =>
    once(
      (await bench.visits()).flatMap((visit) => {
        const declared = { ...declaredFacts(bench.step, visit), ...bench.step.outputs }
        return verdictsOf(visit).flatMap((verdict) =>
          Object.entries((verdict.is === 'done' && verdict.outputs) || {}).flatMap(([name, value]) => {
            const schema = declared[name]
            if (!schema)
              return [
                {
                  saw: `gives the output \`${name}\`, which it does not declare`,
                  repair: `add \`${name}\` with its schema to \`outputs\``,
                },
              ]
            return fits(schema, value)
              ? []
              : [
                  {
                    saw: `the output \`${name}\` is no ${schema.type ?? 'value of its schema'}`,
                    repair: 'give what its schema says, or change the schema',
                  },
                ]
          }),
        )
      }),
    ),
}
