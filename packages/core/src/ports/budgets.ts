/** One counter of one window. */
export interface Budget {
  /** Names the counter; never the person or address in clear. */
  readonly key: string
  readonly limit: number
  readonly windowSeconds: number
}

/** Counts acts in fixed windows, in the shared store. */
export interface Budgets {
  /** Counts one act against each budget. @returns the counts that result, in order; a count above its limit is over. */
  count(budgets: readonly Budget[]): Promise<readonly number[]>
  /** Takes one act back, because it turned out to be a success. */
  refund(budgets: readonly Budget[]): Promise<void>
}
