import { codeFacts, type JsonObject } from '@rekey/core'
import { MarkupKind, type Hover } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { descriptionOf, meaningOf, pageAbout } from './describe-schema.js'
import type { Entry } from './entry.js'
import { entryAround } from './outline.js'
import { scan } from './scan.js'
import { propertiesOf, schemasAt } from './schema-walk.js'

/** What the word under the cursor means: a key, a setting, a modifier, a step, a code. */
export function hover(
  document: TextDocument,
  offset: number,
  schema: JsonObject,
  pageOf: (code: string) => string | undefined,
): Hover | undefined {
  const { entries } = scan(document.getText())
  const found = entryAround(entries, offset)
  const span = found?.on === 'key' ? found.entry.keySpan : found?.entry.valueSpan
  const value = found && (found.on === 'key' ? aboutKey(found.entry, entries, schema) : aboutValue(found.entry, entries, schema, pageOf))
  if (value === undefined || !span) return undefined
  return {
    contents: { kind: MarkupKind.Markdown, value },
    range: { start: document.positionAt(span.start), end: document.positionAt(span.end) },
  }
}

function aboutKey({ path }: Entry, entries: readonly Entry[], root: JsonObject): string | undefined {
  const key = String(path.at(-1))
  const own = schemasAt(root, path.slice(0, -1), entries)
    .flatMap(propertiesOf)
    .filter(([name]) => name === key)
    .map(([, schema]) => schema)
  const told = own.find((schema) => descriptionOf(schema) !== undefined) ?? own[0]
  return told && pageAbout(key, told)
}

function aboutValue(
  { path, value }: Entry,
  entries: readonly Entry[],
  root: JsonObject,
  pageOf: (code: string) => string | undefined,
): string | undefined {
  if (value === undefined) return undefined
  if (path[0] === 'allow' && path.at(-1) === 'code') return aboutCode(value, pageOf)
  const schemas = schemasAt(root, path, entries)
  const meaning = meaningOf(value, schemas)
  if (meaning) return pageAbout(value, meaning)
  const told = schemas.find((schema) => descriptionOf(schema) !== undefined)
  return typeof path.at(-1) === 'string' && told ? pageAbout(String(path.at(-1)), told) : undefined
}

/** A code with its severity and its page. */
function aboutCode(code: string, pageOf: (code: string) => string | undefined): string | undefined {
  const facts = codeFacts(code)
  if (!facts) return undefined
  const page = pageOf(code)
  const served = facts.mustAccept === true ? ': the flow is not served until its file accepts it' : ''
  return [`**\`${code}\`** ${facts.severity}${served}`, ...(page === undefined ? [] : [`[What it means](${page})`])].join('\n\n')
}
