import { decodeOwed } from '@rekey/core'
import type { Destination } from '@rekey/core'

/**
 * Where an owed item goes, so that what takes long delays no other. What goes to nobody, such as events of the audit trail, has hands of its own.
 * @returns undefined for what is not sent, or cannot be read.
 */
export function destinationOf(body: string): Destination | undefined {
  try {
    const owed = decodeOwed(body)
    if (owed.is === 'events' || owed.is === 'revocation') return { lane: owed.is }
    const { message, void: isVoid } = owed
    if (isVoid) return undefined
    const { channel, to } = message
    const domain = channel === 'email' ? to.slice(to.lastIndexOf('@') + 1).toLowerCase() : undefined
    return { lane: channel, to, ...(domain !== undefined && { domain }) }
  } catch {
    return undefined
  }
}
