import type { Span } from '@rekey/core'

/** Where a value stands in its file: `['steps', 1, 'kba', 'ask']`. */
export type Path = readonly (string | number)[]

/** A key, or a value of a list, with what stands there on its line. */
export interface Entry {
  readonly path: Path
  /** Of a key. */
  readonly keySpan?: Span
  /** Of a single value, without its quotes. */
  readonly valueSpan?: Span
  readonly value?: string
}

/** What the end of a text asks for: a key of a mapping, the value of a key, or an item of a list. */
export interface Caret {
  readonly at: 'key' | 'value' | 'item'
  /** The mapping of a key; the value or the item itself. */
  readonly path: Path
  /** What of it stands there already, and where that begins. */
  readonly word: string
  readonly start: number
  /** True right behind a colon, where a space is still missing. */
  readonly glued?: true
}

/** What can be said of a text that may be no YAML at the moment. */
export interface Scan {
  readonly entries: readonly Entry[]
  readonly caret: Caret | undefined
}

/** Deeper nesting is passed over. */
export const DEEPEST = 64
