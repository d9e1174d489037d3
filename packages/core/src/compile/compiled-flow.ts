import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { HashedMachine } from '../machine/machine.js'
import type { SourceFile } from '../source/source-file.js'
import type { JsonObject } from '../step/json.js'
import type { Texts } from '../step/texts.js'

/** A flow that compiled. Words (titles, dialect options) stand beside the machine because they are not pinned. */
export interface CompiledFlow extends HashedMachine {
  readonly id: string
  readonly file: SourceFile
  /** The fragments it includes, directly or not. */
  readonly fragments: readonly SourceFile[]
  readonly title?: Texts
  readonly description?: Texts
  /** Options of each dialect that exposes the flow, after defaults; `as` is the flow's name on the wire. */
  readonly speaks: ReadonlyMap<string, JsonObject>
  /** Titles of steps and choices, by id. */
  readonly stepTitles: ReadonlyMap<string, Texts>
  /** Warnings that the author has not accepted and without which the flow is not served. */
  readonly unaccepted: readonly Diagnostic[]
}

export interface Compilation {
  /** The flows without an error, in the order of their files. */
  readonly flows: readonly CompiledFlow[]
  /** Everything found in all files, sorted by file, line, column. */
  readonly diagnostics: readonly Diagnostic[]
}
