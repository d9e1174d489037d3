import type { Secret, Sms, Text } from '@rekey/core'
import { signedPost } from '../webhook/signed-post.js'
import { checkText } from './check-text.js'

export interface HttpSmsOptions {
  /** Address of the provider, or of a small program of yours that speaks its protocol. */
  readonly url: string
  readonly secret: Secret
  readonly timeoutMs: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Hands text messages over to an HTTP provider, as `{"to", "text", "messageId"}` with a signature. Any 2xx is a yes; whatever else, and
 * the message is handed over again later, with the same `messageId`.
 */
export class HttpSms implements Sms {
  constructor(private readonly options: HttpSmsOptions) {}

  async send(message: Text): Promise<void> {
    checkText(message)
    const { to, text, messageId } = message
    const { url, secret, timeoutMs, now = Date.now } = this.options
    await signedPost({
      url,
      secret,
      timeoutMs,
      body: JSON.stringify({ to, text, messageId }),
      maxAnswerBytes: MAX_ANSWER_BYTES,
      now: now(),
    })
  }
}
