import type { Captcha, CaptchaChallenge, CaptchaResponse, Secret } from '@rekey/core'
import { WorkQueue } from '../../line/work-queue.js'
import { Overloaded } from '../../line/overloaded.js'
import { askVendor, type VendorReply } from './ask-vendor.js'
import { CaptchaFault, type CaptchaFaultReason } from './captcha-fault.js'
import { judgeAnswer, type RobotReason } from './judge-answer.js'
import { VENDORS, type CaptchaVendor } from './vendors.js'

/** One provider as it is configured. */
export interface CaptchaProvider {
  readonly name: string
  readonly vendor: CaptchaVendor
  readonly url: string
  readonly siteKey: string
  readonly secret: Secret
  /** Hosts whose pages count, in lower case; an empty list leaves that to the vendor. */
  readonly hosts: readonly string[]
  /** From 0 to 1; absent where the score does not matter. */
  readonly minScore?: number
  readonly timeoutMs: number
}

export interface CaptchaOptions {
  /** Told why a provider took somebody for a robot, or gave no verdict; it holds neither the response nor the answer. */
  readonly report?: (provider: string, verdict: 'robot' | 'none', reason: RobotReason | 'bent' | CaptchaFaultReason) => void
}

/** Calls at once, of one process; others wait, and when too many wait there is no verdict. */
const AT_ONCE = 32
const WAITING = 224

/** What a response of any vendor is made of. Anything else needs no call. */
const RESPONSE = /^[\x21-\x7e]+$/

/** Asks the configured providers. Whatever goes wrong is no verdict, and never a human. */
export class ConfiguredCaptcha implements Captcha {
  readonly #providers: ReadonlyMap<string, CaptchaProvider>
  readonly #queue = new WorkQueue({ concurrency: AT_ONCE, maxWaiting: WAITING })

  constructor(
    providers: readonly CaptchaProvider[],
    private readonly options: CaptchaOptions = {},
  ) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]))
  }

  /** @throws CaptchaFault for a provider that is not configured. */
  widget(provider: string): Omit<CaptchaChallenge, 'action'> {
    const { vendor, siteKey } = this.#provider(provider)
    return { vendor, siteKey }
  }

  /** @throws CaptchaFault when the provider gives no verdict. */
  async verify({ provider: name, response, action }: CaptchaResponse): Promise<'human' | 'robot'> {
    try {
      const provider = this.#provider(name)
      const reason = RESPONSE.test(response.reveal()) ? await this.#judged(provider, response, action) : 'bent'
      if (reason === undefined) return 'human'
      this.options.report?.(name, 'robot', reason)
      return 'robot'
    } catch (fault) {
      if (fault instanceof CaptchaFault) this.options.report?.(name, 'none', fault.reason)
      throw fault
    }
  }

  #provider(name: string): CaptchaProvider {
    const provider = this.#providers.get(name)
    if (!provider) throw new CaptchaFault('not-configured')
    return provider
  }

  async #judged(provider: CaptchaProvider, response: Secret, action: string | undefined): Promise<RobotReason | undefined> {
    const { hosts, minScore } = provider
    const reply = await this.#ask(provider, response)
    return judgeAnswer(reply, VENDORS[provider.vendor], {
      hosts,
      ...(minScore !== undefined && { minScore }),
      ...(action !== undefined && { action }),
    })
  }

  async #ask({ vendor, url, siteKey, secret, timeoutMs }: CaptchaProvider, response: Secret): Promise<VendorReply> {
    // Begun before the line is joined: who waits in it waits no longer than for the vendor.
    const signal = AbortSignal.timeout(timeoutMs)
    const { headers, form } = VENDORS[vendor].ask({ siteKey, secret, response })
    try {
      return await this.#queue.run(() => askVendor({ url, headers, form, signal }))
    } catch (cause) {
      throw cause instanceof Overloaded ? new CaptchaFault('overloaded') : cause
    }
  }
}
