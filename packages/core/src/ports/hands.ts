import type { OutboxSettings } from './outbox.js'

/** Where a message goes. Those of one lane share hands; those of one domain are likely to be slow together. */
export interface Destination {
  /** `email`, `sms`, or what is no message of a person. */
  readonly lane: string
  /** Absent where none is slower than another. */
  readonly domain?: string
  /** Who gets one message at a time; absent where it does not matter. */
  readonly to?: string
}

/** What there must be a hand for, by the names that it is counted under: put together once, asked for often. */
export interface Errand {
  readonly lane: string
  /** Absent where none is slower than another. */
  readonly domain: string | undefined
  /** Absent where it does not matter. */
  readonly recipient: string | undefined
}

/** @param destination of a message; absent where it does not matter. */
export function errandOf(is: 'message' | 'resolve', destination?: Destination): Errand {
  const lane = `${is} ${destination?.lane ?? ''}`
  return {
    lane,
    domain: destination?.domain === undefined ? undefined : `${lane} ${destination.domain}`,
    recipient: destination?.to === undefined ? undefined : `${lane} ${destination.to}`,
  }
}

export type HandsSettings = Pick<OutboxSettings, 'parallelism' | 'perDestination' | 'slowMs' | 'mostSlow'>

/** Part of the hands that one domain may have, so that some are free for others from the beginning. */
const DOMAIN_HANDS = 0.75
/** Part of the slow items that may be of one domain. */
const DOMAIN_SLOW = 0.5

/** What is in hand, of a lane or of a domain of it. */
interface InHand {
  busy: number
  slow: number
}

/**
 * Counts what a consumer has in hand, so that it takes no more than it may of each lane, and to one destination. What takes longer than `slowMs` gives
 * its hand to others and goes on, up to `mostSlow` of them. So a recipient that hangs takes a hand from others for `slowMs` at the most, and a domain
 * or a provider that hangs leaves hands to the others from the beginning. Every adapter of the outbox hands out by it.
 */
export class Hands {
  readonly #lanes = new Map<string, InHand>()
  readonly #domains = new Map<string, InHand>()
  readonly #recipients = new Map<string, number>()

  constructor(
    private readonly settings: HandsSettings,
    /** Told that a hand has become free because its item is slow. */
    private readonly freed: () => void = () => undefined,
  ) {}

  get #mostOfDomain(): number {
    return Math.ceil(this.settings.parallelism * DOMAIN_HANDS)
  }

  /** Items of a lane that may be taken, were there no destinations. */
  free(lane: string): number {
    return this.settings.parallelism - (this.#lanes.get(lane)?.busy ?? 0)
  }

  /** Whether all that a lane may have in hand is slow: whoever waits behind it may wait long. */
  hangs(lane: string): boolean {
    return this.free(lane) <= 0 && (this.#lanes.get(lane)?.slow ?? 0) >= this.settings.mostSlow
  }

  /** Whether nothing more of this domain may be taken now. */
  isFull(domain: string): boolean {
    return (this.#domains.get(domain)?.busy ?? 0) >= this.#mostOfDomain
  }

  /** @returns what gives the hand back, to be called once; undefined when there is none for this item. */
  take({ lane: laneName, domain: domainName, recipient }: Errand): (() => void) | undefined {
    const { parallelism, perDestination, mostSlow, slowMs } = this.settings
    const lane = this.#lanes.get(laneName) ?? { busy: 0, slow: 0 }
    if (lane.busy >= parallelism) return undefined
    const domain = domainName === undefined ? undefined : (this.#domains.get(domainName) ?? { busy: 0, slow: 0 })
    if (domain !== undefined && domain.busy >= this.#mostOfDomain) return undefined
    const toThem = recipient === undefined ? 0 : (this.#recipients.get(recipient) ?? 0)
    if (recipient !== undefined && toThem >= perDestination) return undefined

    this.#lanes.set(laneName, lane)
    if (domainName !== undefined && domain !== undefined) this.#domains.set(domainName, domain)
    if (recipient !== undefined) this.#recipients.set(recipient, toThem + 1)
    const counts = domain === undefined ? [lane] : [lane, domain]
    for (const count of counts) count.busy++
    let as: keyof InHand = 'busy'
    const timer = setTimeout(() => {
      const domainIsFull = domain !== undefined && domain.slow >= mostSlow * DOMAIN_SLOW
      if (lane.slow >= mostSlow || domainIsFull) return
      as = 'slow'
      for (const count of counts) {
        count.busy--
        count.slow++
      }
      this.freed()
    }, slowMs)
    timer.unref()
    return () => {
      clearTimeout(timer)
      for (const count of counts) count[as]--
      if (domainName !== undefined && domain?.busy === 0 && domain.slow === 0) this.#domains.delete(domainName)
      if (recipient === undefined) return
      const left = (this.#recipients.get(recipient) ?? 1) - 1
      if (left === 0) this.#recipients.delete(recipient)
      else this.#recipients.set(recipient, left)
    }
  }
}
