import { nameAlone } from '../diagnostics/fixes/name-alone.js'
import type { Reporter, ReportMore } from '../diagnostics/reporter.js'
import type { Named, SyntaxNode } from '../syntax/node.js'
import { textOf } from '../syntax/read-value.js'
import type { Registry } from './registry.js'

/** Keys under which other systems name a step: `- uses: kba`. */
const NAMING_KEYS: readonly string[] = ['name', 'type', 'step', 'stage', 'uses', 'use', 'run', 'provider', 'mechanism']

/** What to do about a step that is named by the value of a key. Here the name is the key itself. */
export function namedByKey(
  reporter: Reporter,
  { text, span }: Named,
  value: SyntaxNode | undefined,
  { steps }: Registry,
): Pick<ReportMore, 'help' | 'fix'> {
  if (!NAMING_KEYS.includes(text)) return {}
  const name = value && textOf(value)
  if (!name || !steps.has(name.text)) return { help: 'the name of a step is the key itself: `- userQuery: { … }`' }
  const fix = nameAlone(reporter.file, { start: span.start, end: name.span.end }, name.text)
  return { help: `write \`- ${name.text}\``, ...(fix && { fix }) }
}
