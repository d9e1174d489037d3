import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { SourceFile, type Span } from '../source/source-file.js'
import type { Registry } from './registry.js'

/**
 * Hides secrets that stand in clear in a flow file behind stars, in the frame of the secret and in those of whatever else is at fault around
 * it: reports are kept by build servers and pasted into tickets. Every offset, line and column stays.
 */
export function hideSecrets(diagnostics: readonly Diagnostic[], reporters: readonly Reporter[], registry: Registry): readonly Diagnostic[] {
  const names = secretNames(registry)
  const files = new Map(
    reporters.flatMap(({ file, secrets }) => {
      const text = hidden(file.text, [...secrets, ...secretsByName(file.text, names)])
      return text === file.text ? [] : [[file, new SourceFile(file.path, text)] as const]
    }),
  )
  if (files.size === 0) return diagnostics
  const shown = <P extends { readonly file: SourceFile }>(place: P): P => ({ ...place, file: files.get(place.file) ?? place.file })
  return diagnostics.map(({ related, ...diagnostic }) => ({ ...shown(diagnostic), ...(related && { related: related.map(shown) }) }))
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
    const value = matchAt(VALUE, text, start)
    if (value !== undefined) found.push({ start, end: start + value.length })
  }
  return found
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
