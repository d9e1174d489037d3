import type { Fix } from '../diagnostics/diagnostic.js'
import type { Ensured, Limits, Required } from '../machine/machine.js'
import type { Span } from '../source/source-file.js'
import type { Properties } from '../step/schema.js'
import type { Texts } from '../step/texts.js'
import type { Entry, Named, SyntaxNode } from './node.js'

/**
 * A flow file as it is written, with defaults: shape and single values are checked, names are not yet looked up. What is missing or
 * faulty has been reported and stands here as its default.
 */
export interface FlowSource {
  readonly id?: Named
  readonly title?: Texts
  readonly description?: Texts
  /** Absent when the file leaves it to the dialects. */
  readonly speaks?: readonly SpokenSource[]
  readonly expiresSeconds: number
  readonly unknownAccount: 'hide' | 'reveal'
  /** Where `unknownAccount` says so. */
  readonly unknownAccountSpan?: Span
  readonly require: Required
  readonly limits: Limits
  /** Sorted. */
  readonly ensure: readonly Ensured[]
  readonly allow: readonly AllowSource[]
  readonly steps: readonly ItemSource[]
}

/** A file of steps that flows include, as it is written. */
export interface FragmentSource {
  readonly id?: Named
  readonly inputs: readonly InputSource[]
  readonly steps: readonly ItemSource[]
}

/** A value that whoever includes a fragment gives it. */
export interface InputSource {
  readonly name: Named
  /** One schema, under the input's own name: so it can be checked like settings are. */
  readonly schema: Properties
  /** Where its default stands, if it has one. */
  readonly fallback?: Span
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
  /** How it is deleted; absent where something else stands on its lines. */
  readonly deletion?: Fix
}

/** An entry of `steps`; `unreadable` is one whose fault has been reported, of which nothing can be said. */
export type ItemSource = StepItem | ChooseItem | IncludeItem | { readonly is: 'unreadable' }

/** A condition as it is written. */
export interface WhenSource extends Named {
  /** Offset of its first character in the file; absent where the file holds it with escapes or over several lines. */
  readonly textStart?: number
}

/** What may stand beside an item. */
export interface Modifiers {
  readonly id?: Named
  readonly when?: WhenSource
  readonly attempts?: number
  /** `end`, `restart`, or the id of an earlier step. */
  readonly onFail?: Named
  readonly title?: Texts
}

/** `include`: the steps of a fragment stand in its place. */
export interface IncludeItem extends Pick<Modifiers, 'id' | 'when'> {
  readonly is: 'include'
  /** Where the word `include` stands. */
  readonly span: Span
  readonly path: Named
  readonly with?: SyntaxNode
  /** Further keys that are no modifiers of an include. */
  readonly strays: readonly Entry[]
}

/** `choose`: the person, or the client, picks one of several steps. */
export interface ChooseItem extends Omit<Modifiers, 'attempts'> {
  readonly is: 'choose'
  /** Where the word `choose` stands. */
  readonly span: Span
  /** One at least. */
  readonly options: readonly ItemSource[]
  /** Further keys that are no modifiers of a choice. */
  readonly strays: readonly Entry[]
}

export interface StepItem extends Modifiers {
  readonly is: 'step'
  readonly type: Named
  readonly settings?: SyntaxNode
  /** Further keys that are no modifiers; what they are depends on the step. */
  readonly strays: readonly Entry[]
}
