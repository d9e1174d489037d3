import type { ProblemCode } from '@rekey/core'

/** A link that was mailed, taken apart. */
export interface Continuation {
  readonly token: string
  readonly code: string
}

/** What `X-Flow-Continuation-Token` carries: opaque to clients, made of characters that need no encoding anywhere. */
export function continuationOf({ token, code }: Continuation): string {
  return `${token}.${code}`
}

/** @returns undefined for what no mail of ours holds. */
export function readContinuation(text: string): Continuation | undefined {
  const dot = text.lastIndexOf('.')
  const [token, code] = [text.slice(0, Math.max(dot, 0)), text.slice(dot + 1)]
  return token === '' || code === '' ? undefined : { token, code }
}

/** What is wrong with a continuation and not with the call: forged, expired, used, of another flow, or overtaken by the typed code. */
export const NOT_CONTINUED: readonly ProblemCode[] = [
  'token-invalid',
  'token-foreign',
  'spent',
  'ended',
  'out-of-turn',
  'answer-missing',
  'answer-invalid',
  'answer-rejected',
  'too-many-attempts',
  'step-failed',
]
