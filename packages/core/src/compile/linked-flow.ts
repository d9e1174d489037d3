import type { FlowSource } from '../syntax/flow-source.js'
import type { Named } from '../syntax/node.js'
import type { SourceFile, Span } from '../source/source-file.js'
import type { StepDefinition } from '../step/define-step.js'
import type { JsonObject } from '../step/json.js'
import type { DialectFacts } from './registry.js'

/** A flow whose steps and dialects have been looked up and whose settings have been checked. */
export interface LinkedFlow {
  readonly file: SourceFile
  readonly source: FlowSource
  readonly stations: readonly Station[]
  readonly speaks: readonly Spoken[]
}

/** One entry of `steps`. Of an unknown one nothing can be said: it may name, prove, write or change anything. */
export type Station = LinkedStep | { readonly is: 'unknown' }

export interface LinkedStep {
  readonly is: 'step'
  readonly id: string
  /** Where the step is named. */
  readonly span: Span
  readonly definition: StepDefinition
  /** After defaults; absent when they have been reported. */
  readonly settings?: JsonObject
  readonly attempts: number
  readonly title?: string
}

/** A dialect that exposes the flow. */
export interface Spoken {
  readonly dialect: DialectFacts
  /** Where the file names it; absent when it speaks by default. */
  readonly name?: Named
  /** After defaults; absent when they have been reported. */
  readonly options?: JsonObject
}
