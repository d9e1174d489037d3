import type { SourceFile, Span } from '../source/source-file.js'
import type { Fix } from './diagnostic.js'
import { strangeLetter, translated, withoutClass } from './foreign-words.js'
import { writeWord } from './fixes/write.js'

const LONGEST = 64

/**
 * The candidate that was probably meant: at most a third of its letters away (one for short names), letter case aside.
 * @returns undefined when nothing is near; the first of equally near ones.
 */
export function nearName(name: string, candidates: Iterable<string>): string | undefined {
  return nearest(name, candidates)?.name
}

/** Where a misspelt word stands, so that it can be written anew. */
export interface WrittenAt {
  readonly file: SourceFile
  readonly span: Span
}

/**
 * The help line of a near name, or nothing.
 * @param at where the word stands; a fix writes the near name there unless another one is as near, or the word is another system's.
 */
export function didYouMean(name: string, candidates: Iterable<string>, at?: WrittenAt): { readonly help?: string; readonly fix?: Fix } {
  const near = nearest(name, candidates)
  if (near === undefined) return {}
  const strange = strangeLetter(name)
  const help = `did you mean \`${near.name}\`?${strange === undefined ? '' : ` ${strange}`}`
  return { help, ...(at && near.certain && { fix: writeWord(at.file, at.span, near.name) }) }
}

interface Near {
  readonly name: string
  /** No other candidate is as near, and the name is not so short that anything is near. */
  readonly certain: boolean
}

const SHORT = 3

function nearest(name: string, candidates: Iterable<string>): Near | undefined {
  if (name.length > LONGEST) return undefined
  const known = [...candidates]
  const ours = translated(name, known)
  if (ours !== undefined) return { name: ours, certain: false }
  const wanted = withoutClass(name).toLowerCase()
  let best: Near | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const allowed = Math.max(1, Math.floor(Math.min(wanted.length, candidate.length) / 3))
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance > allowed || distance > bestDistance) continue
    const certain = distance < bestDistance && (distance === 0 || Math.min(wanted.length, candidate.length) >= SHORT)
    best = { name: distance === bestDistance && best ? best.name : candidate, certain }
    bestDistance = distance
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const line = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let least = Math.min(at(last, column) + 1, at(line, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1))
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        least = Math.min(least, at(beforeLast, column - 2) + 1)
      }
      line.push(least)
    }
    beforeLast = last
    last = line
  }
  return at(last, to.length)
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Number.POSITIVE_INFINITY
}
