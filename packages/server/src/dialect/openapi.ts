import type { AskedRequirement, JsonObject, Properties } from '@rekey/core'

/** What a dialect needs to describe itself: how it is set up, and what is served under it. */
export interface OpenapiContext {
  /** The same that `mount` is called with. */
  readonly settings: JsonObject
  /** Scheme, host and port that people reach the server under. */
  readonly publicUrl: string
  /** The flows served under this dialect, in the order of their files. */
  readonly flows: readonly DescribedFlow[]
}

/** A flow as a dialect's description sees it. */
export interface DescribedFlow {
  readonly id: string
  /** Its name on the wire, or the slot it takes. */
  readonly as: string
  readonly title?: string
  /** Options under this dialect, after defaults. */
  readonly options: JsonObject
  /** In order; a choice is followed by its options. */
  readonly steps: readonly DescribedStep[]
}

export interface DescribedStep {
  readonly id: string
  readonly type: string
  readonly title?: string
  /** What it asks, as far as the flow alone says it: tag, target, address and questions are for a conversation to know. Absent for a silent step. */
  readonly requirement?: AskedRequirement
  readonly outputs: Properties
}

/** What a dialect says of itself, in the words of OpenAPI 3.1. The rest of the document is made around it. */
export interface OpenapiPart {
  /** Markdown: what a reader should know before anything else. */
  readonly description?: string
  /** Path items by path, `{name}` for parameters; only what the configured flows make useful. */
  readonly paths: { readonly [path: string]: JsonObject }
  readonly schemas?: JsonObject
  readonly securitySchemes?: JsonObject
}
