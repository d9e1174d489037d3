import { createHmac } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { readBounded } from '../read-bounded.js'

export interface SignedPost {
  /** From the configuration; never made of input. */
  readonly url: string
  /** Signs the body, so that the receiver knows who calls. */
  readonly secret: Secret
  readonly body: string
  readonly timeoutMs: number
  /** Bytes of the answer that are read at the most; a longer one is a fault. */
  readonly maxAnswerBytes: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface WebhookFaultOptions extends ErrorOptions {
  /** Of the answer; absent when there was none. */
  readonly status?: number
}

/** A call to a configured address failed. The message holds neither address nor body. */
export class WebhookFault extends Error {
  override readonly name = 'WebhookFault'
  readonly status: number | undefined

  constructor(message: string, options: WebhookFaultOptions = {}) {
    super(message, options)
    this.status = options.status
  }
}

/** Header with the time of the call and the signature over both: `t=<seconds>,v1=<hex HMAC-SHA-256 of "<seconds>.<body>">`. */
const SIGNATURE_HEADER = 'Rekey-Signature'

/**
 * Posts JSON to a configured address. Redirects are not followed: only the configured host is ever called.
 * @returns the body of a 2xx answer.
 * @throws WebhookFault for everything else, a late or overlong answer included.
 */
export async function signedPost({ url, secret, body, timeoutMs, maxAnswerBytes, now }: SignedPost): Promise<string> {
  const seconds = Math.floor(now / 1_000)
  const signature = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex')
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', [SIGNATURE_HEADER]: `t=${seconds},v1=${signature}` },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new WebhookFault(`the receiver answered with status ${response.status}`, { status: response.status })
    }
    return (await readBounded(response, maxAnswerBytes, () => new WebhookFault('the answer is too long'))).toString('utf8')
  } catch (cause) {
    throw cause instanceof WebhookFault ? cause : new WebhookFault('the receiver could not be reached in time', { cause })
  }
}
