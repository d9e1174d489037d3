import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Span } from '../source/source-file.js'
import type { SourceFile } from '../source/source-file.js'
import type { LinkedFlow } from './linked-flow.js'

/** A flow with the reporter of its file. */
export interface ReportedFlow {
  readonly flow: LinkedFlow
  readonly reporter: Reporter
}

interface Place {
  readonly file: SourceFile
  readonly span: Span
}

/** Reports ids, wire names and slots that two flows claim, at the second of them. */
export function checkBetweenFlows(flows: readonly ReportedFlow[]): void {
  const ids = new Map<string, Place>()
  const names = new Map<string, Place>()
  for (const { flow, reporter } of flows) {
    const { id } = flow.source
    if (!id) continue
    const here = { file: flow.file, span: id.span }
    const earlier = ids.get(id.text)
    if (earlier)
      reporter.report('duplicate-flow', id.span, `the flow id ${quote(id.text)} is taken`, {
        related: [{ ...earlier, message: 'the first one' }],
      })
    // The names of a doubled flow are doubled too; that is no second mistake.
    else claimNames({ flow, reporter }, names, here)
    if (!earlier) ids.set(id.text, here)
  }
}

function claimNames({ flow, reporter }: ReportedFlow, names: Map<string, Place>, id: Place): void {
  for (const { dialect, name, slot, options } of flow.speaks) {
    const as = slot?.text ?? options?.['as']
    if (typeof as !== 'string') continue
    const key = JSON.stringify([dialect.name, as])
    const earlier = names.get(key)
    const here = { file: flow.file, span: slot?.span ?? name?.span ?? id.span }
    if (!earlier) names.set(key, here)
    else if (slot) {
      reporter.report('taken-slot', here.span, `the slot ${quote(as)} of ${quote(dialect.name)} is taken`, {
        related: [{ ...earlier, message: 'the first flow in it' }],
        help: 'a slot holds one flow; take the dialect out of `speaks` in one of the two',
      })
    } else {
      reporter.report('taken-name', here.span, `the dialect ${quote(dialect.name)} has a flow called ${quote(as)} already`, {
        related: [{ ...earlier, message: 'the first one' }],
        help: `give it another name: \`speaks: { ${dialect.name}: { as: NAME } }\``,
      })
    }
  }
}
