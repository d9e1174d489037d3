/** Where it is looked up whether a password was seen in a breach. */
export interface BreachedSettings {
  readonly source:
    | { readonly is: 'range'; readonly url: string; readonly timeoutMs: number; readonly padding: boolean }
    /** An absolute path. */
    | { readonly is: 'file'; readonly file: string }
  /** How often a password must have been seen to count, at least. */
  readonly minCount: number
  /** What becomes of a password that cannot be looked up. */
  readonly onFault: 'refuse' | 'allow'
}
