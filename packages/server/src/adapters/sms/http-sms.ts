import { DeliveryFault } from '@rekey/core'
import type { Secret, Sms, Text } from '@rekey/core'
import type { Provider } from '../../delivery/in-order.js'
import { ProviderFault } from '../../delivery/provider-fault.js'
import { signedPost, WebhookFault } from '../webhook/signed-post.js'
import { checkText } from './check-text.js'

export interface HttpSmsOptions {
  /** Told in logs. */
  readonly name: string
  /** Address of the provider, or of a small program of yours that speaks its protocol. */
  readonly url: string
  readonly secret: Secret
  readonly timeoutMs: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const MAX_ANSWER_BYTES = 64 * 1024
/** Statuses that say that the message is wrong, and not its sender or the moment. Source: RFC 9110, section 15.5. */
const NEVER = new Set([400, 422])

/**
 * Hands text messages over to an HTTP provider, as `{"to", "text", "messageId"}` with a signature. Any 2xx is a yes; whatever else, and
 * the message is handed over again later, with the same `messageId`; but for 400 and 422, which are for good.
 */
export class HttpSms implements Sms, Provider<Text> {
  readonly name: string

  constructor(private readonly options: HttpSmsOptions) {
    this.name = options.name
  }

  /** @throws DeliveryFault when the provider does not take it. */
  async send(message: Text): Promise<void> {
    checkText(message)
    const { to, text, messageId } = message
    const { url, secret, timeoutMs, now = Date.now } = this.options
    try {
      await signedPost({
        url,
        secret,
        timeoutMs,
        body: JSON.stringify({ to, text, messageId }),
        maxAnswerBytes: MAX_ANSWER_BYTES,
        now: now(),
      })
    } catch (error) {
      throw smsFault(error)
    }
  }
}

function smsFault(error: unknown): DeliveryFault {
  const status = error instanceof WebhookFault ? error.status : undefined
  if (status === undefined) return new ProviderFault('connection')
  return NEVER.has(status) ? new DeliveryFault(`refused-${status}`, { isFinal: true }) : new ProviderFault(`status-${status}`)
}
