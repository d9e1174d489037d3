import { createHash } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { passwordText } from '../password-text.js'
import type { BreachedSettings } from './breached-settings.js'

/** Knows which passwords were seen in breaches. */
export interface BreachedPasswords {
  /** @throws BreachCheckFault when it cannot be said, Overloaded when too many ask. */
  has(secret: Secret): Promise<boolean>
}

/** Gives how often a password was seen, by its digest. */
export interface SeenCounts {
  /** @param digest SHA-1 in capital hex. @returns 0 for one that was never seen. @throws BreachCheckFault when it cannot be said. */
  countOf(digest: string): Promise<number>
}

/** It cannot be said whether a password was seen in a breach. The message holds nothing of it. */
export class BreachCheckFault extends Error {
  override readonly name = 'BreachCheckFault'
}

export interface BreachRules extends Pick<BreachedSettings, 'minCount' | 'onFault'> {
  /** Told when a password was let through because it could not be looked up. */
  readonly report?: (fault: unknown) => void
}

/** Looks passwords up by their digest, in the one form in which they are set and verified. */
export function breachedPasswords(counts: SeenCounts, { minCount, onFault, report }: BreachRules): BreachedPasswords {
  return {
    async has(secret) {
      const text = passwordText(secret.reveal())
      // Nobody can set one that is longer.
      if (text === undefined) return false
      try {
        return (await counts.countOf(sha1(text))) >= minCount
      } catch (fault) {
        if (onFault === 'refuse') throw fault
        report?.(fault)
        return false
      }
    },
  }
}

/** SHA-1 is what these lists are made of; it protects nothing here. */
function sha1(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex').toUpperCase()
}
