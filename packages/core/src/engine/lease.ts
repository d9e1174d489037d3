import type { Claim } from '../ports/conversations.js'
import type { EngineParts } from './parts.js'

/** The longest that judging may hold a lease by renewing it. */
const MAX_JUDGING_MS = 30_000

/** Renews a lease while a request is judged. @returns what stops it. */
export function keepRenewing({ conversations, report, leaseMs }: EngineParts, claim: Claim): () => void {
  const begun = performance.now()
  let over = false
  let timer: NodeJS.Timeout | undefined
  const renewLater = () => {
    timer = setTimeout(() => {
      if (performance.now() - begun > MAX_JUDGING_MS) return
      conversations.renew(claim, leaseMs).then(
        (ours) => {
          // The holder may have gone while the renewal was on its way.
          return ours && !over ? renewLater() : undefined
        },
        (fault: unknown) => report(fault, undefined),
      )
    }, leaseMs / 2)
    timer.unref()
  }
  renewLater()
  return () => {
    over = true
    clearTimeout(timer)
  }
}
