import { decodeOwed } from '@rekey/core'

/** Where an owed message goes, so that one destination that takes long delays no other. @returns undefined for one that is not sent, or is no message. */
export function destinationOf(body: string): string | undefined {
  try {
    const { message, void: isVoid } = decodeOwed(body)
    return isVoid ? undefined : `${message.channel} ${message.to}`
  } catch {
    return undefined
  }
}
