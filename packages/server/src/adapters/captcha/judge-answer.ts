import { CaptchaFault } from './captcha-fault.js'
import type { VendorReply } from './ask-vendor.js'
import { KEYS_REFUSED, VENDOR_AT_FAULT, type VendorWays } from './vendors.js'

/** What must hold of a good response. */
export interface Wanted {
  /** Hosts whose pages count, in lower case; an empty list leaves that to the vendor. */
  readonly hosts: readonly string[]
  /** From 0 to 1; absent where the score does not matter. */
  readonly minScore?: number
  /** Absent where it does not matter. */
  readonly action?: string
}

/** Why a response is taken for a robot's. */
export type RobotReason = 'not-good' | 'other-host' | 'other-action' | 'low-score'

/**
 * Judges what a vendor has said. What is wanted and not told is not there: the response is not taken.
 * @returns undefined for a human.
 * @throws CaptchaFault when the vendor speaks of our keys or its own faults, or says nothing that is understood.
 */
export function judgeAnswer({ isOk, answer }: VendorReply, ways: Pick<VendorWays, 'read'>, wanted: Wanted): RobotReason | undefined {
  const said = ways.read(answer)
  if (!said || (said.isGood && !isOk)) throw new CaptchaFault('not-understood')
  if (!said.isGood) {
    if (said.codes.some((code) => KEYS_REFUSED.has(code))) throw new CaptchaFault('keys-refused')
    if (said.codes.some((code) => VENDOR_AT_FAULT.has(code))) throw new CaptchaFault('vendor-fault')
    return 'not-good'
  }
  if (wanted.hosts.length > 0 && !wanted.hosts.includes(said.host?.toLowerCase() ?? '')) return 'other-host'
  if (wanted.action !== undefined && said.action !== wanted.action) return 'other-action'
  // Written so that a score which is not told, or is no number, is too low.
  if (wanted.minScore !== undefined && !(said.score !== undefined && said.score >= wanted.minScore)) return 'low-score'
  return undefined
}
