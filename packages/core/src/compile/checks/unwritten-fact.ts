import { quote } from '../../diagnostics/quote.js'
import { parseFactName, writersOf } from '../fact-writers.js'
import { showPath, type PathPoint } from '../path.js'
import { defineCheck } from './define-check.js'

/** Every fact is written before it is read, on every path. A step reads by `<step type>.<fact>`: the nearest earlier step of that type. */
export const unwrittenFact = defineCheck({
  code: 'unwritten-fact',
  severity: 'error',
  run({ flow, path, report }) {
    for (const { step, at, blind } of path) {
      if (blind) continue
      for (const [name, schema] of Object.entries(step.definition.reads ?? {})) {
        const fact = parseFactName(name)
        const { by, without } = writersOf(fact, flow.stations.slice(0, at))
        if (without) {
          const who = by.length > 0 ? `the path ${showPath([...without, step])} does not write` : 'no step before it writes'
          report(step.span, `${quote(step.id)} reads the fact ${quote(name)}, which ${who}`, {
            steps: [step.id],
            help: by.length > 0 ? `put ${quote(fact.type)} before it on every path` : helpUnwritten(path, at, fact.type),
          })
          continue
        }
        const [writer] = by
        const written = writer?.definition.writes?.[fact.fact]
        if (writer && written?.type !== schema.type) {
          const types = `${written?.type ?? 'anything'}, not ${schema.type ?? 'anything'}`
          report(step.span, `${quote(step.id)} reads the fact ${quote(name)}, which ${quote(writer.id)} writes as ${types}`, {
            steps: [step.id],
          })
        }
      }
    }
  },
})

function helpUnwritten(path: readonly PathPoint[], at: number, type: string): string {
  const later = path.find(({ step, at: place }) => place > at && step.definition.type === type)
  return later ? `move ${quote(later.step.id)} up, before it` : `put the step \`${type}\` before it`
}
