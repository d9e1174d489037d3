import { readBounded } from '../../read-bounded.js'
import { WorkQueue } from '../../../line/work-queue.js'
import { BreachCheckFault, type SeenCounts } from './breached-passwords.js'
import type { BreachedSettings } from './breached-settings.js'

/** Characters of a digest that leave the house. */
const PREFIX = 5
const LINE = /^([0-9A-F]{35}):(\d{1,12})$/i

/** A padded answer has a thousand lines of some forty bytes. */
const MAX_ANSWER_BYTES = 512 * 1024

/** Calls at a time, and calls that may wait. */
const LIMITS = { concurrency: 16, maxWaiting: 256 }

/**
 * Asks a service for all digests that begin like one. It learns five of forty characters, which a million passwords share, and nothing else:
 * no redirect is followed, nothing is remembered.
 * Source: the range search of Pwned Passwords, https://haveibeenpwned.com/API/v3#PwnedPasswords
 */
export function rangeCounts({ url, timeoutMs, padding }: Extract<BreachedSettings['source'], { readonly is: 'range' }>): SeenCounts {
  const queue = new WorkQueue({ ...LIMITS, busy: 'too many passwords are being looked up' })
  const headers = { Accept: 'text/plain', 'User-Agent': 'rekey', ...(padding && { 'Add-Padding': 'true' }) }
  return {
    async countOf(digest) {
      // Begun before the line is joined: who waits in it waits no longer than for the service.
      const signal = AbortSignal.timeout(timeoutMs)
      const text = await queue.run(() => ask(`${url}${digest.slice(0, PREFIX)}`, headers, signal))
      return countIn(text, digest.slice(PREFIX))
    },
  }
}

async function ask(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new BreachCheckFault(`the list of breached passwords answered with status ${response.status}`)
    }
    const body = await readBounded(
      response,
      MAX_ANSWER_BYTES,
      () => new BreachCheckFault('the answer of the list of breached passwords is too long'),
    )
    return body.toString('latin1')
  } catch (error) {
    if (error instanceof BreachCheckFault) throw error
    // The system's own error names the address, and with it the five characters.
    throw new BreachCheckFault(`the list of breached passwords gave no answer (${codeOf(error)})`)
  }
}

/** Padding has a count of 0. @throws BreachCheckFault for what is no such list, so that a page of somebody else is never a clean record. */
function countIn(text: string, suffix: string): number {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const entries = lines.map((line) => LINE.exec(line))
  if (entries.length === 0 || entries.includes(null)) throw new BreachCheckFault('the answer is no list of breached passwords')
  return entries.reduce((count, entry) => (entry?.[1]?.toUpperCase() === suffix ? Math.max(count, Number(entry[2])) : count), 0)
}

function codeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : undefined
  if (typeof cause !== 'object' || cause === null) return 'unknown'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return 'name' in cause && typeof cause.name === 'string' ? cause.name : 'unknown'
}
