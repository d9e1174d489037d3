import type { Reporter } from '../diagnostics/reporter.js'
import type { Span } from '../source/source-file.js'

/**
 * A value of a flow file with its place. Aliases are resolved, so the place of a value may lie elsewhere in the file. `faulty` stands
 * for a value whose fault has been reported: readers take it for whatever they look for and say nothing more.
 */
export type SyntaxNode = MapNode | ListNode | ScalarNode | FaultyNode

export interface MapNode {
  readonly is: 'map'
  readonly span: Span
  /** In the order written; no key stands twice. */
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly key: string
  readonly keySpan: Span
  readonly value: SyntaxNode
}

export interface ListNode {
  readonly is: 'list'
  readonly span: Span
  readonly items: readonly SyntaxNode[]
}

export interface ScalarNode {
  readonly is: 'scalar'
  readonly span: Span
  readonly value: string | number | boolean | null
  /** Without quotes. */
  readonly plain: boolean
  /** Where the value was written, of one that an input has put here. */
  readonly from?: Origin
}

/** A place in another file, and who reports what is wrong there. */
export interface Origin {
  readonly reporter: Reporter
  readonly span: Span
}

export interface FaultyNode {
  readonly is: 'faulty'
  readonly span: Span
}

/** A word of the file with its place. */
export interface Named {
  readonly text: string
  readonly span: Span
}

/** True for a value that is not there: `key:` with nothing behind it, or `null`. */
export function isEmpty(node: SyntaxNode): boolean {
  return node.is === 'scalar' && node.value === null
}

/** What a value is, in the words of messages: `a list`, `text`, `nothing`. */
export function describeNode(node: SyntaxNode): string {
  if (node.is === 'map') return 'a mapping'
  if (node.is === 'list') return 'a list'
  if (node.is === 'faulty' || node.value === null) return 'nothing'
  if (typeof node.value === 'string') return 'text'
  return typeof node.value === 'number' ? 'a number' : '`true` or `false`'
}
