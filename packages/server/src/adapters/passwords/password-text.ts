/** The longest password that is hashed, in characters (code points) after normalisation. */
export const MAX_PASSWORD_CHARACTERS = 256

// One composed character comes from four code units at the most that are needed in practice; far above it nothing is even normalised.
const MAX_RAW_UNITS = MAX_PASSWORD_CHARACTERS * 8

/**
 * The one form of a password that is set, verified and measured: Unicode NFC, and nothing else. No trimming, no folding of case.
 * @returns undefined when it is longer than 256 characters; a text of any size is refused in constant time.
 * Source: NIST SP 800-63B-4 section 3.1.1.2.
 */
export function passwordText(raw: string): string | undefined {
  if (raw.length > MAX_RAW_UNITS) return undefined
  const text = raw.normalize('NFC')
  return characters(text) > MAX_PASSWORD_CHARACTERS ? undefined : text
}

/** Length in characters, where one outside the basic plane counts once. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
