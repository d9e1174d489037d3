import type { Diagnostic } from '@rekey/core'

/** The server does not start, for faults that have a place in a file. Whoever started it prints them. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'

  constructor(readonly faults: readonly Diagnostic[]) {
    super(`the server does not start: ${faults[0]?.message ?? 'unknown fault'}`)
  }
}
