import { isJsonObject, type JsonObject } from '@rekey/core'
import { readBounded } from '../read-bounded.js'
import { CaptchaFault } from './captcha-fault.js'

export interface VendorCall {
  /** From the configuration or our table; never made of input. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly form: URLSearchParams
  /** Ends waiting for the connection, for the answer, and for its end. */
  readonly signal: AbortSignal
}

export interface VendorReply {
  /** False for 400, by which vendors also say that a response is bent. */
  readonly isOk: boolean
  readonly answer: JsonObject
}

/** An answer has some hundred bytes. */
const MAX_ANSWER_BYTES = 16 * 1024

/**
 * Posts a form to a vendor. Redirects are not followed: only the configured host is ever called.
 * @throws CaptchaFault when no JSON object comes with 2xx or 400.
 */
export async function askVendor({ url, headers, form, signal }: VendorCall): Promise<VendorReply> {
  const response = await reached(
    fetch(url, { method: 'POST', headers: { ...headers, Accept: 'application/json' }, body: form, redirect: 'manual', signal }),
  )
  if (!response.ok && response.status !== 400) {
    await response.body?.cancel()
    throw new CaptchaFault('status')
  }
  const body = await reached(readBounded(response, MAX_ANSWER_BYTES, () => new CaptchaFault('not-understood')))
  const answer = parsed(body.toString('utf8'))
  if (!isJsonObject(answer)) throw new CaptchaFault('not-understood')
  return { isOk: response.ok, answer }
}

async function reached<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (cause) {
    throw cause instanceof CaptchaFault ? cause : new CaptchaFault('unreachable', { cause })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
