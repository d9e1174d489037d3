import { createHash, timingSafeEqual } from 'node:crypto'

/** Seconds of one window of a timed token. */
const WINDOW_SECONDS = 300

/**
 * The token of a window: lower-case hex SHA-1 of the secret followed by the number of the window.
 * SHA-1 is the vendor's format and no choice of ours; a long random static token is the stronger one.
 * Source: Bright Pattern, Password Reset Module, Service Configuration, "time-based token".
 */
export function timedToken(secret: string, now: number): string {
  return createHash('sha1')
    .update(`${secret}${Math.floor(now / WINDOW_SECONDS)}`)
    .digest('hex')
}

/** Whether the token is that of the present window or of one that is at most so many windows away. Case does not count. */
export function matchesTimedToken(given: string, secret: string, now: number, skewWindows: number): boolean {
  let found = false
  for (let skew = -skewWindows; skew <= skewWindows; skew += 1) {
    // No early exit: the time must not tell which window came near.
    found = sameText(given.toLowerCase(), timedToken(secret, now + skew * WINDOW_SECONDS)) || found
  }
  return found
}

/** Compares in constant time, whatever the lengths. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
