/** One asking of one step: entering it again, or sending a new code, is the next round. */
export interface Round {
  readonly conversation: string
  readonly step: string
  readonly number: number
}

/** The look of a one-time code. */
export type CodeFormat = { readonly is: 'digits'; readonly length: number } | { readonly is: 'uuid' }

/**
 * Something to be told to somebody, as data. It is recorded with the transition and sent afterwards. It names its code by round,
 * so that no code is ever stored; the code is derived again when the message is sent.
 */
export interface Message {
  readonly channel: 'email' | 'sms'
  /** Name of the text, `reset-code` for `texts/reset-code.<language>.*`. */
  readonly template: string
  /** The address as the directory spells it. */
  readonly to: string
  readonly values: { readonly [name: string]: string }
  readonly code?: { readonly round: Round; readonly format: CodeFormat }
  /** Whether the dialect adds a link by which the reader may go on. */
  readonly link?: boolean
  /** Seconds since the epoch after which sending is pointless. */
  readonly expiresAt?: number
}
