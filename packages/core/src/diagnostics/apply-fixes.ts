import { SourceFile, type Span } from '../source/source-file.js'
import type { Diagnostic, Fix, TextEdit } from './diagnostic.js'
import { mayUncover } from './phases.js'
import { applyEdits, clash, movedBy } from './text-edits.js'

/** Reports what is wrong with files, in their order: the compiler with everything else it needs. */
export type Finds = (files: readonly SourceFile[]) => readonly Diagnostic[]

/** A diagnostic whose repair is known. */
export type Fixable = Diagnostic & { readonly fix: Fix }

/** What became of files. */
export interface Repaired {
  /** The files in the order given; the very same object where nothing was repaired. */
  readonly files: readonly SourceFile[]
  /** What was repaired, in the order of the rounds. Places are those of the text at that time. */
  readonly repairs: readonly Fixable[]
  /** What is still found. */
  readonly left: readonly Diagnostic[]
}

/** One slip may hide the next of its kind, as in a list without any space behind its dashes. */
const MOST_ROUNDS = 40
/** A heap of faults that hinder one another is for a person to sort. */
const MOST_ATTEMPTS = 150

/**
 * Makes the repairs that diagnostics carry, again and again until nothing is left to repair. A repair is kept only when its own fault is gone
 * after it and no error is there that was not there before, other than those that the fault had hidden. Pure: no file is written.
 */
export function applyFixes(files: readonly SourceFile[], finds: Finds): Repaired {
  const work = new Work(files, finds)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!work.tryAll(compatible(work.fixable()))) break
  }
  return { files: work.files, repairs: work.repairs, left: work.found }
}

/** True for a diagnostic that carries its repair. */
function isFixable(diagnostic: Diagnostic): diagnostic is Fixable {
  return diagnostic.fix !== undefined
}

class Work {
  readonly repairs: Fixable[] = []
  files: readonly SourceFile[]
  found: readonly Diagnostic[]
  readonly #finds: Finds
  #attempts = 0

  constructor(files: readonly SourceFile[], finds: Finds) {
    this.files = files
    this.#finds = finds
    this.found = finds(files)
  }

  /** What can be tried in a new round. What was refused before may go well now that something else is repaired. */
  fixable(): readonly Fixable[] {
    return this.found.filter(isFixable)
  }

  /** Makes all of them, or else as many as go together. @param fixes from the end of each file. @returns whether any was made. */
  tryAll(fixes: readonly Fixable[]): boolean {
    const [only, ...others] = fixes
    if (!only || this.#attempts >= MOST_ATTEMPTS) return false
    if (this.#attempt(fixes)) return true
    if (others.length === 0) return false
    const half = fixes.length >> 1
    const last = this.tryAll(fixes.slice(0, half))
    // What stands before is where it was: repairs are made from the end.
    return this.tryAll(fixes.slice(half)) || last
  }

  #attempt(fixes: readonly Fixable[]): boolean {
    this.#attempts += 1
    const edits = new Map<string, TextEdit[]>()
    for (const { file, fix } of fixes) edits.set(file.path, [...(edits.get(file.path) ?? []), ...fix.edits])
    const files = this.files.map((file) => {
      const text = applyEdits(file.text, edits.get(file.path) ?? [])
      return text === file.text ? file : new SourceFile(file.path, text)
    })
    const found = this.#finds(files)
    const stays = fixes.some((fix) => isStillFound(fix, edits.get(fix.file.path) ?? [], found))
    if (stays || isWorse(this.found, found, fixes)) return false
    this.files = files
    this.found = found
    this.repairs.push(...fixes.toReversed())
    return true
  }
}

/**
 * Repairs of which each stands wholly before or behind every other, from the end of each file: whatever of the later ones is made, the
 * earlier ones still fit.
 */
function compatible(fixes: readonly Fixable[]): readonly Fixable[] {
  const chosen: Fixable[] = []
  const taken = new Map<string, Span[]>()
  for (const diagnostic of fixes) {
    const { path } = diagnostic.file
    const [before, reach] = [taken.get(path) ?? [], reachOf(diagnostic)]
    if (before.some((other) => clash(reach, other))) continue
    taken.set(path, [...before, reach])
    chosen.push(diagnostic)
  }
  return chosen.toSorted((one, other) => reachOf(other).start - reachOf(one).start)
}

/** From the first edit of a repair to its last. */
function reachOf({ fix }: Fixable): Span {
  const spans = fix.edits.map(({ span }) => span)
  return { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) }
}

function isStillFound({ code, file, span }: Fixable, edits: readonly TextEdit[], found: readonly Diagnostic[]): boolean {
  const at = movedBy(span.start, edits)
  return found.some((other) => other.code === code && other.file.path === file.path && other.span.start === at)
}

/** Errors there are more of than before, and that no repaired fault can have hidden. */
function isWorse(before: readonly Diagnostic[], after: readonly Diagnostic[], fixes: readonly Fixable[]): boolean {
  const had = countErrors(before)
  return [...countErrors(after)].some(
    ([key, { code, count }]) => count > (had.get(key)?.count ?? 0) && !fixes.some((fix) => mayUncover(fix.code, code)),
  )
}

function countErrors(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, { readonly code: string; readonly count: number }> {
  const counts = new Map<string, { readonly code: string; readonly count: number }>()
  for (const { file, code, severity } of diagnostics) {
    const key = `${code} ${file.path}`
    if (severity === 'error') counts.set(key, { code, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return counts
}
