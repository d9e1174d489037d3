import { quote, visible } from '../diagnostics/quote.js'
import { canonicalJson } from '../machine/canonical-json.js'
import type { JsonObject } from '../step/json.js'
import type { Texts } from '../step/texts.js'
import type { Compared } from './compared.js'
import { finding, type DiffFinding } from './finding.js'

/** What stands beside the machine: the wires on which the flow is reached and under which name, and what it is called. */
export function compareSurface({ old, now, matching }: Compared): readonly DiffFinding[] {
  const [before, after] = [old.compiled, now.compiled]
  const titles = matching.pairs.flatMap((pair) =>
    texts(`the title of ${quote(pair.now.id)}`, pair.old.item.title, pair.now.item.title).map((one) => ({ ...one, at: pair.now.item })),
  )
  const at = { file: now.linked.file, span: now.linked.source.id?.span ?? { start: 0, end: 0 } }
  const found = [
    ...addresses(before.speaks, after.speaks),
    ...texts('the title', before.title, after.title),
    ...texts('the description', before.description, after.description),
  ]
  return [...found.map((one) => ({ ...one, at })), ...titles]
}

type Speaks = ReadonlyMap<string, JsonObject>

function addresses(before: Speaks, after: Speaks): readonly DiffFinding[] {
  const lost = [...before.keys()].filter((dialect) => !after.has(dialect))
  const gained = [...after.keys()].filter((dialect) => !before.has(dialect))
  const kept = [...before.keys()].filter((dialect) => after.has(dialect))
  return [
    ...lost.map((dialect) => finding('breaking', 'address', `clients of ${quote(dialect)} no longer reach the flow`)),
    ...gained.map((dialect) => finding('change', 'address', `clients of ${quote(dialect)} reach the flow${calledIn(after.get(dialect))}`)),
    ...kept.flatMap((dialect) => options(dialect, before.get(dialect) ?? {}, after.get(dialect) ?? {})),
  ]
}

function calledIn(options: JsonObject | undefined): string {
  const as = options?.['as']
  return typeof as === 'string' ? ` as ${quote(as)}` : ''
}

function options(dialect: string, before: JsonObject, after: JsonObject): readonly DiffFinding[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => show(before[name]) !== show(after[name]))
  return names.map((name) => {
    const change = `${show(before[name])} -> ${show(after[name])}`
    return name === 'as'
      ? finding('breaking', 'address', `the flow has another address for clients of ${quote(dialect)}: ${change}`)
      : finding('change', 'address', `${quote(name)} of ${quote(dialect)} changed: ${change}`)
  })
}

function show(value: JsonObject[string] | undefined): string {
  if (value === undefined) return 'none'
  return quote(typeof value === 'string' ? value : canonicalJson(value))
}

function texts(name: string, before: Texts | undefined, after: Texts | undefined): readonly DiffFinding[] {
  const languages = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (language) => before?.[language] !== after?.[language],
  )
  if (languages.length === 0) return []
  const details = languages.map(
    (language) => `${language === '' ? '' : `${language}: `}${shown(before?.[language])} -> ${shown(after?.[language])}`,
  )
  return [finding('change', 'text', `${name} changed`, { details })]
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'none'
  const letters = Array.from(visible(text))
  return `"${letters.slice(0, 60).join('')}${letters.length > 60 ? '…' : ''}"`
}
