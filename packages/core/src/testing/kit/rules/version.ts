import { thrownOf } from '../forms.js'
import type { Rule } from '../rule.js'

export const version: Rule = {
  name: 'version',
  law: 'a step that says which earlier versions it `finishes` goes on with the state that each of them left',
  async check(bench) {
    const { version: present, finishes = [] } = bench.step
    const bent = finishes.filter((earlier) => !Number.isInteger(earlier) || earlier < 1 || earlier >= present)
    if (bent.length > 0)
      return [
        {
          saw: `version ${present} finishes ${bent.join(', ')}`,
          repair: 'name whole numbers from 1 to below `version`; raise `version` when state or settings change',
        },
      ]
    const visits = finishes.map(async (earlier) => {
      const state = bench.samples.earlier?.[earlier]
      if (!state)
        return [
          {
            saw: `nothing shows what version ${earlier} left`,
            repair: `give a state of it in the samples: \`earlier: { ${earlier}: { … } }\``,
          },
        ]
      const { judged } = await bench.visit({ keep: () => state })
      return judged?.thrown === undefined
        ? []
        : [
            {
              saw: `\`submit\` throws ${thrownOf(judged.thrown)} on the state of version ${earlier}`,
              repair: 'read the old form too, or do not finish that version',
            },
          ]
    })
    return (await Promise.all(visits)).flat()
  },
}
