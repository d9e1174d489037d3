import { quote } from '../../diagnostics/quote.js'
import type { LinkedStep } from '../linked-flow.js'
import { defineCheck } from './define-check.js'

/** Every fact is written before it is read. A step reads by `<step type>.<fact>`: the nearest earlier step of that type. */
export const unwrittenFact = defineCheck({
  code: 'unwritten-fact',
  severity: 'error',
  run({ path, report }) {
    for (const { step, before, blind } of path) {
      if (blind) continue
      for (const [name, schema] of Object.entries(step.definition.reads ?? {})) {
        const written = writtenBy(before, name)
        if (written.by === undefined) {
          const later = path.find((point) => point.step.definition.type === written.type)
          report(step.span, `${quote(step.id)} reads the fact ${quote(name)}, which no step before it writes`, {
            steps: [step.id],
            help: later ? `move ${quote(later.step.id)} up, before it` : `put the step \`${written.type}\` before it`,
          })
        } else if (written.schema?.type !== schema.type) {
          const types = `${written.schema?.type ?? 'anything'}, not ${schema.type ?? 'anything'}`
          report(step.span, `${quote(step.id)} reads the fact ${quote(name)}, which ${quote(written.by.id)} writes as ${types}`, {
            steps: [step.id],
          })
        }
      }
    }
  },
})

function writtenBy(before: readonly LinkedStep[], name: string) {
  const dot = name.lastIndexOf('.')
  const [type, fact] = [name.slice(0, dot), name.slice(dot + 1)]
  const by = before.findLast(({ definition }) => definition.type === type && Object.hasOwn(definition.writes ?? {}, fact))
  return { type, by, schema: by?.definition.writes?.[fact] }
}
