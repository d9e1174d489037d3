import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Location } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { entryAround, namedSteps } from './outline.js'
import { scan } from './scan.js'

/** Where what is named under the cursor stands: the file of an `include`, or the step of an `onFail` or `at`. */
export function definition(document: TextDocument, offset: number): Location | undefined {
  const { entries } = scan(document.getText())
  const found = entryAround(entries, offset)
  if (found?.on !== 'value' || found.entry.value === undefined) return undefined
  const { path, value } = found.entry
  const key = path.at(-1)
  if (key === 'include') return startOf(document.uri, value)
  if (key !== 'onFail' && !(path[0] === 'allow' && key === 'at')) return undefined
  const steps = namedSteps(entries)
  // The step of a fragment stands in another file: its include is the place that names it here.
  const step = steps.find(({ id }) => id === value) ?? steps.find(({ id }) => value.startsWith(`${id}.`))
  return step && { uri: document.uri, range: { start: document.positionAt(step.span.start), end: document.positionAt(step.span.end) } }
}

function startOf(from: string, path: string): Location | undefined {
  if (!from.startsWith('file:')) return undefined
  const uri = pathToFileURL(resolve(dirname(fileURLToPath(from)), path)).href
  const start = { line: 0, character: 0 }
  return { uri, range: { start, end: start } }
}
