import { shown, thrownOf } from '../forms.js'
import { once, type Rule } from '../rule.js'

export const total: Rule = {
  name: 'total',
  law: 'a handler answers whatever the schema lets through; it never throws',
  check: async (bench) =>
    once(
      (await bench.visits()).flatMap(({ opened, judged, answer, settings }) => {
        const seen = judged ?? opened
        if (seen.thrown === undefined) return []
        const given = judged ? `the answer ${shown(answer)}` : `the settings ${shown(settings)}`
        return [
          {
            saw: `\`${seen.handler}\` throws ${thrownOf(seen.thrown)} for ${given}`,
            repair: 'return `rejected`, or let the schema refuse it',
          },
        ]
      }),
    ),
}
