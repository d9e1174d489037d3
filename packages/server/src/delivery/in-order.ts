import { DeliveryFault } from '@rekey/core'
import { ProviderFault } from './provider-fault.js'

/** What takes messages of a kind. */
export interface Provider<T> {
  /** As configured; told in logs. */
  readonly name: string
  send(message: T): Promise<void>
}

export interface InOrderOptions {
  /** Told of each provider that did not take a message, and why; never what it was. */
  readonly report: (provider: string, reason: string) => void
  /** Milliseconds for which a provider that failed is asked last; 30 000 when absent. */
  readonly restMs?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const REST_MS = 30_000

/**
 * Several providers, of which the first that takes a message gets it. Whoever failed as a whole rests for a while, so that not every message waits
 * for it. What a provider refuses for good is offered to no other one: they would refuse it too, and think worse of us.
 */
export class InOrder<T> implements Provider<T> {
  readonly name = 'all'
  readonly #restsUntil = new Map<Provider<T>, number>()

  constructor(
    private readonly providers: readonly Provider<T>[],
    private readonly options: InOrderOptions,
  ) {}

  /** @throws DeliveryFault of the provider that was asked last. */
  async send(message: T): Promise<void> {
    let last = new DeliveryFault('no-provider')
    for (const provider of this.#order()) {
      try {
        return await provider.send(message)
      } catch (error) {
        if (!(error instanceof DeliveryFault)) throw error
        this.options.report(provider.name, error.reason)
        if (error.isFinal) throw error
        if (error instanceof ProviderFault) this.#restsUntil.set(provider, this.#now() + (this.options.restMs ?? REST_MS))
        last = error
      }
    }
    throw last
  }

  #order(): readonly Provider<T>[] {
    const now = this.#now()
    const rests = (provider: Provider<T>): boolean => (this.#restsUntil.get(provider) ?? 0) > now
    return [...this.providers.filter((provider) => !rests(provider)), ...this.providers.filter(rests)]
  }

  #now(): number {
    return (this.options.now ?? Date.now)()
  }
}
