import type { Limits, Required } from '../machine/machine.js'
import type { Span } from '../source/source-file.js'
import type { Entry, Named, SyntaxNode } from './node.js'

/**
 * A flow file as it is written, with defaults: shape and single values are checked, names are not yet looked up. What is missing or
 * faulty has been reported and stands here as its default.
 */
export interface FlowSource {
  readonly id?: Named
  readonly title?: string
  readonly description?: string
  /** Absent when the file leaves it to the dialects. */
  readonly speaks?: readonly SpokenSource[]
  readonly expiresSeconds: number
  readonly unknownAccount: 'hide' | 'reveal'
  /** Where `unknownAccount` says so. */
  readonly unknownAccountSpan?: Span
  readonly require: Required
  readonly limits: Limits
  readonly allow: readonly AllowSource[]
  readonly steps: readonly ItemSource[]
}

/** A dialect named under `speaks`. */
export interface SpokenSource {
  readonly name: Named
  /** Options, or the name of a slot; absent in a list of names. */
  readonly options?: SyntaxNode
}

/** An entry of `allow`. */
export interface AllowSource {
  readonly span: Span
  readonly code?: Named
  readonly at?: Named
  /** True when a reason is given, or its fault has been reported. */
  readonly reasoned: boolean
}

/** An entry of `steps`; `unreadable` is one whose fault has been reported, of which nothing can be said. */
export type ItemSource = StepItem | ChooseItem | { readonly is: 'unreadable' }

/** `choose`: the person, or the client, picks one of several steps. */
export interface ChooseItem {
  readonly is: 'choose'
  /** Where the word `choose` stands. */
  readonly span: Span
  /** One at least. */
  readonly options: readonly ItemSource[]
  readonly id?: Named
  readonly title?: string
  /** Further keys that are no modifiers of a choice. */
  readonly strays: readonly Entry[]
}

export interface StepItem {
  readonly is: 'step'
  readonly type: Named
  readonly settings?: SyntaxNode
  readonly id?: Named
  readonly attempts?: number
  readonly title?: string
  /** Further keys that are no modifiers; what they are depends on the step. */
  readonly strays: readonly Entry[]
}
