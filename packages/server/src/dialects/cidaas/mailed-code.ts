import { timingSafeEqual } from 'node:crypto'
import type { Site } from '../../dialect/dialect.js'

const MAC_BYTES = 16
/** Longest code that is sealed; codes are digits or a UUID. */
const MAX_CODE = 64

/**
 * The code of a mail as the link of that mail carries it: hidden, and with a MAC that only this server can make. Whoever brings it back has
 * read the mail. It goes from the link into a redirect and from there into the last call, so the code itself stands in no address.
 * Nothing is spent by following the link: that the code is right is judged with the new password.
 * @param rprq the reset it belongs to; it is good for no other.
 */
export function sealCode(site: Site, rprq: string, code: string): string {
  const bytes = Buffer.from(code)
  if (bytes.length > MAX_CODE) throw new RangeError('a code is longer than a link can carry')
  return Buffer.concat([macOf(site, rprq, bytes), masked(site, rprq, bytes)]).toString('base64url')
}

/** @returns the code, or undefined for everything that `sealCode` did not make for this reset. */
export function openCode(site: Site, rprq: string, text: string): string | undefined {
  const sealed = Buffer.from(text, 'base64url')
  // base64url has spare bits, and a bent text must not pass.
  if (sealed.length <= MAC_BYTES || sealed.length > MAC_BYTES + MAX_CODE || sealed.toString('base64url') !== text) return undefined
  const code = masked(site, rprq, sealed.subarray(MAC_BYTES))
  return timingSafeEqual(sealed.subarray(0, MAC_BYTES), macOf(site, rprq, code)) ? code.toString() : undefined
}

function macOf(site: Site, rprq: string, code: Buffer): Buffer {
  return Buffer.from(site.sign('mailed code', `${rprq} ${code.toString('hex')}`).subarray(0, MAC_BYTES))
}

/** What one signature hides of a code. */
const MASK_BYTES = 32

/** The same operation hides and shows. */
function masked(site: Site, rprq: string, code: Buffer): Buffer {
  const first = site.sign('mask 1', rprq)
  const mask = code.length > MASK_BYTES ? Buffer.concat([first, site.sign('mask 2', rprq)]) : first
  return Buffer.from(code.map((byte, at) => byte ^ (mask[at] ?? 0)))
}
