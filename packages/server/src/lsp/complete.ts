import type { Json, JsonObject } from '@rekey/core'
import { CompletionItemKind, InsertTextFormat, MarkupKind, type CompletionItem } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { descriptionOf, detailOf, meaningOf, textOf, valuesOf } from './describe-schema.js'
import type { Caret, Entry } from './entry.js'
import { entryAround, itemOf, keysAt, namedSteps, samePath } from './outline.js'
import { scan } from './scan.js'
import { alternatives, fitting, propertiesOf, schemasAt } from './schema-walk.js'
import { wordBehind } from './words-around.js'

/** A proposal before its place in the file is known. */
interface Proposal {
  readonly label: string
  readonly kind: CompletionItemKind
  readonly text?: string
  readonly schema?: JsonObject | undefined
}

/** What completion sees beside the text. */
export interface CompletionView {
  readonly schema: JsonObject
  /** Paths that an `include` of this file may name, as it would write them. */
  readonly fragments: readonly string[]
}

/** What could stand at the cursor. The file need not be YAML at the moment. */
export function complete(document: TextDocument, offset: number, view: CompletionView): readonly CompletionItem[] {
  const text = document.getText()
  const { caret } = scan(text.slice(0, offset))
  if (!caret) return []
  const { entries } = scan(text)
  const behind = wordBehind(text, offset)
  const range = { start: document.positionAt(caret.start), end: document.positionAt(offset + behind.length) }
  const hasColon = /^["']?[ \t]*:/.test(text.slice(offset + behind.length, offset + behind.length + 16))
  return proposals(caret, entries, offset, view).map(({ label, kind, text: insert = label, schema }, index) => {
    const newText = `${caret.glued ? ' ' : ''}${hasColon ? insert.replace(/:\s*$/, '') : insert}`
    const about = descriptionOf(schema)
    const detail = schema === undefined ? '' : detailOf(schema)
    return {
      label,
      kind,
      insertTextFormat: InsertTextFormat.PlainText,
      textEdit: { range, newText },
      sortText: String(index).padStart(4, '0'),
      ...(detail !== '' && { detail }),
      ...(about !== undefined && { documentation: { kind: MarkupKind.Markdown, value: about } }),
    }
  })
}

function proposals(caret: Caret, entries: readonly Entry[], offset: number, view: CompletionView): readonly Proposal[] {
  const schemas = schemasAt(view.schema, caret.path, entries)
  if (caret.at === 'key') return keyProposals(schemas, presentKeys(caret, entries, offset))
  const named = names(caret, entries, view)
  if (named.length > 0) return named
  const values = schemas.flatMap((schema) => valuesOf(schema).map((value) => ({ value, schema: meaningOf(value, schemas) })))
  const taken = caret.at === 'item' ? takenItems(caret, entries, offset, schemas) : []
  const single = values
    .filter(({ value }, index) => values.findIndex((other) => other.value === value) === index && !taken.includes(textOf(value)))
    .map(({ value, schema }) => ({ label: textOf(value), kind: CompletionItemKind.EnumMember, text: written(value), schema }))
  return caret.at === 'item' ? [...single, ...keyedItems(schemas, single)] : single
}

/** Keys of the mapping at the cursor, the one that is being typed aside. */
function presentKeys({ path }: Caret, entries: readonly Entry[], offset: number): readonly string[] {
  const typed = entryAround(entries, offset)
  const others = typed?.on === 'key' ? entries.filter((entry) => entry !== typed.entry) : entries
  return keysAt(others, path)
}

function keyProposals(schemas: readonly JsonObject[], present: readonly string[]): readonly Proposal[] {
  const found = new Map<string, Proposal>()
  for (const [label, schema] of fitting(schemas, present).flatMap(propertiesOf)) {
    if (present.includes(label) || found.has(label)) continue
    found.set(label, { label, kind: CompletionItemKind.Property, text: isSingle(schema) ? `${label}: ` : `${label}:`, schema })
  }
  return [...found.values()]
}

/** Items that are no mere name: `choose:`, `include:`. */
function keyedItems(schemas: readonly JsonObject[], single: readonly Proposal[]): readonly Proposal[] {
  const names = new Set(single.map(({ label }) => label))
  return keyProposals(
    schemas.flatMap((schema) => {
      const [first] = Array.isArray(schema['required']) ? schema['required'] : []
      const own = propertiesOf(schema).filter(([name]) => name === first && !names.has(name))
      return own.length === 0 ? [] : [{ properties: Object.fromEntries(own) }]
    }),
    [],
  )
}

/** Ids of steps and paths of fragments, which no schema knows. */
function names({ path }: Caret, entries: readonly Entry[], { fragments }: CompletionView): readonly Proposal[] {
  const key = path.at(-1)
  if (key === 'include') return fragments.map((label) => ({ label, kind: CompletionItemKind.File }))
  const isAt = path[0] === 'allow' && key === 'at'
  if (key !== 'onFail' && !isAt) return []
  const item = itemOf(path)
  const all = namedSteps(entries)
  const here = all.findIndex((step) => item !== undefined && samePath(step.path, item))
  const steps =
    isAt || here === -1 ? all : all.slice(0, here).filter(({ path: earlier }) => earlier.length === 2 && earlier[1] !== item?.[1])
  const words = isAt ? [] : ['restart', 'end']
  return [
    ...steps.map(({ id }) => ({ label: id, kind: CompletionItemKind.Reference })),
    ...words.map((label) => ({ label, kind: CompletionItemKind.Keyword })),
  ]
}

/** Items that stand in a list already whose items are all different. */
function takenItems({ path }: Caret, entries: readonly Entry[], offset: number, schemas: readonly JsonObject[]): readonly string[] {
  if (path[0] === 'steps' && schemas.some((schema) => propertiesOf(schema).length > 0)) return []
  const list = path.slice(0, -1)
  return entries.flatMap((entry) => {
    const typed = entry.valueSpan !== undefined && entry.valueSpan.start <= offset && offset <= entry.valueSpan.end
    return entry.path.length === path.length && samePath(entry.path.slice(0, -1), list) && !typed && entry.value !== undefined
      ? [entry.value]
      : []
  })
}

/** True for a key whose value can stand on its line. */
function isSingle(schema: JsonObject): boolean {
  const singles: readonly unknown[] = ['string', 'integer', 'number', 'boolean']
  return alternatives(schema, schema).some(
    ({ type, enum: listed }) => listed !== undefined || singles.includes(Array.isArray(type) ? type[0] : type),
  )
}

/** As YAML would have it: a text that YAML would read as something else gets quotes. */
function written(value: Json): string {
  if (typeof value !== 'string') return textOf(value)
  return /^[A-Za-z][\w/.-]*$|^[\d]+[smhd/]/.test(value) && !/^(?:true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value)
}
