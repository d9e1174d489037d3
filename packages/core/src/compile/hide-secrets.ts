import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { SourceFile, type Span } from '../source/source-file.js'
import type { Registry } from './registry.js'
import { SecretRuns } from './secret-runs.js'

/**
 * Hides secrets that stand in clear in a flow file behind stars, in the frame of the secret and in those of whatever else is at fault around
 * it, and in every word that is said about them: reports are kept by build servers and pasted into tickets. Every offset, line and column
 * stays. A repair that would write a secret once more is not offered.
 */
export function hideSecrets(diagnostics: readonly Diagnostic[], reporters: readonly Reporter[], registry: Registry): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics
  const names = secretNames(registry)
  const files = new Map(
    reporters.flatMap(({ file, secrets }) => {
      const spans = [...secrets, ...secretsByName(file.text, names)]
      const text = hidden(file.text, spans)
      return text === file.text ? [] : [[file, { shown: new SourceFile(file.path, text), runs: new SecretRuns(file.text, spans) }] as const]
    }),
  )
  if (files.size === 0) return diagnostics
  // A fragment may speak of what another file gives to it.
  const runs = [...files.values()].map((known) => known.runs)
  return diagnostics.map((diagnostic) => {
    const related = diagnostic.related?.map((place) => ({ ...place, file: files.get(place.file)?.shown ?? place.file }))
    const about = { ...diagnostic, ...(related && { related }), file: files.get(diagnostic.file)?.shown ?? diagnostic.file }
    return runs.reduce<Diagnostic>(withoutSecrets, about)
  })
}

function withoutSecrets({ message, help, fix, ...diagnostic }: Diagnostic, runs: SecretRuns): Diagnostic {
  return {
    ...diagnostic,
    message: runs.hide(message),
    ...(help !== undefined && { help: runs.hide(help) }),
    ...(fix && runs.spares(fix.title) && fix.edits.every(({ text }) => runs.spares(text)) && { fix }),
  }
}

/** The file as it may be shown to anybody: values of settings that hold secrets are stars, wherever such a setting stands. */
export function hideSecretsByName(file: SourceFile, registry: Registry): SourceFile {
  return new SourceFile(file.path, hidden(file.text, secretsByName(file.text, secretNames(registry))))
}

function secretNames({ steps }: Registry): ReadonlySet<string> {
  return new Set(
    [...steps.values()].flatMap(({ settings }) =>
      Object.entries(settings).flatMap(([name, { secret }]) => (secret === true ? [name] : [])),
    ),
  )
}

/** A key. It begins where no word goes on, so that a long word is looked at once. */
const KEY = /(?<![\w$-])([\w$-]+)["']?[ \t]*:[ \t]*/g

/** What stands behind a key on its line: quoted, or up to where a plain text ends in brackets or before a comment. */
const VALUE = /"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|(?:(?!,\s|[}\]]|\s#)[^\n])+/y

/** Nothing on the line of the key, or what begins a text of several lines: the value stands below. */
const OPENS_BELOW = /^(?:[|>][-+\d]*)?\s*$/

/** A value that is nothing but a reference shows a name and no secret. */
const REFERENCE = /["']?\$\{[^{}]*\}/y

/**
 * Places of secrets of steps that were never linked, because the file is no YAML or the step's name is misspelt: known by the name of the
 * setting, which is less exact.
 */
function secretsByName(text: string, names: ReadonlySet<string>): readonly Span[] {
  const found: Span[] = []
  for (const key of text.matchAll(KEY)) {
    const start = key.index + key[0].length
    // What stands in a value is hidden with it, and is no key.
    if (!names.has(key[1] ?? '') || start <= (found.at(-1)?.end ?? 0) || matchAt(REFERENCE, text, start) !== undefined) continue
    const value = matchAt(VALUE, text, start) ?? ''
    const end = start + value.length + (OPENS_BELOW.test(value) ? lengthBelow(text, key.index, start + value.length) : 0)
    if (end > start) found.push({ start, end })
  }
  return found
}

/** How far the lines reach that are indented deeper than the line of a key. */
function lengthBelow(text: string, key: number, from: number): number {
  const line = text.slice(text.lastIndexOf('\n', key) + 1, key)
  const blanks = /^[ -]*/.exec(line)?.[0].length ?? 0
  return new RegExp(`(?:[^\\n]*\\n(?: {${blanks + 1}}[^\\n]*|[ \\t]*(?=\\n)))*`, 'y').exec(text.slice(from))?.[0].length ?? 0
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  const sticky = new RegExp(pattern)
  sticky.lastIndex = at
  return sticky.exec(text)?.[0]
}

/** Spans may lie on one another: an alias of YAML is the same place again. */
function hidden(text: string, spans: readonly Span[]): string {
  const parts: string[] = []
  let done = 0
  for (const { start, end } of spans.toSorted((one, other) => one.start - other.start)) {
    if (end <= done) continue
    const from = Math.max(start, done)
    parts.push(text.slice(done, from), text.slice(from, end).replaceAll(/\S/g, '*'))
    done = end
  }
  return parts.join('') + text.slice(done)
}
