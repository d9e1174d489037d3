import type { InRow } from '../machine/machine.js'

/** One counter of one window. */
export interface Budget {
  /** Names the counter; never the person or address in clear. */
  readonly key: string
  readonly limit: number
  readonly windowSeconds: number
}

/** The tries of one person at one type of step: all of them in a window, and those that fail in a row. */
export interface TryBudget extends Budget {
  readonly inRow: InRow
  /** How long a row is remembered after its last try; a wait that is longer is remembered to its end. */
  readonly keptSeconds: number
}

/** Why a try is not to be judged: too many in the window, the person has to wait, or the row is as long as it may get. */
export type Overdrawn = 'window' | 'wait' | 'row'

/** What a try may be. */
export type TryCount =
  | { readonly is: 'free' }
  /** `first` once for each window that is used up, and once for each row. */
  | { readonly is: 'over'; readonly by: Overdrawn; readonly first: boolean }

/** Failures in a row. */
export interface Row {
  readonly failures: number
  /** How many there can be, as it was at the last try. */
  readonly most: number
  /** Until the next try is judged; 0 when it would be. */
  readonly waitMs: number
}

/** Counts acts, in fixed windows and in rows, in the shared store. */
export interface Budgets {
  /** Counts one act against each budget. @returns the counts that result, in order; a count above its limit is over. */
  count(budgets: readonly Budget[]): Promise<readonly number[]>
  /** Takes one act back, because it turned out to be a success. */
  refund(budgets: readonly Budget[]): Promise<void>
  /**
   * Counts a try before it is judged, as a failure: `succeed` takes it back. A try that is over the window or must wait makes the row no longer,
   * as nobody learns from it whether it was right. One atomic act.
   */
  attempt(tries: TryBudget): Promise<TryCount>
  /** Ends the row; takes the try back from the window as well if it was counted. */
  succeed(key: string, wasCounted: boolean): Promise<void>
  /** Takes back a try that could not be judged, from the window and from the row. */
  withdraw(key: string): Promise<void>
  /** @returns undefined when nothing has failed since the last success. */
  row(key: string): Promise<Row | undefined>
  /** Forgets the row and the window. @returns whether there was anything to forget. */
  clear(key: string): Promise<boolean>
}
