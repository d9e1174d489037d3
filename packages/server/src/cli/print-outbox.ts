import { decodeOwed, maskMail, maskPhone } from '@rekey/core'
import type { DeadLetter } from '@rekey/core'

/** What an operator sees of a dead letter: where it went only as its owner would recognise it, and nothing of what it said. */
export interface DeadLetterShown {
  readonly id: string
  readonly is: DeadLetter['is'] | 'events' | 'revocation'
  readonly conversation: string
  readonly reason: string
  readonly tries: number
  /** ISO 8601, in UTC. */
  readonly since: string
  readonly channel?: string
  readonly template?: string
  readonly to?: string
  /** Whether it would be withheld if it were sent now, because its code is no longer good. */
  readonly expired?: boolean
}

/** @param now milliseconds since the epoch, by the store's clock. */
export function deadLetterShown(letter: DeadLetter, now: number): DeadLetterShown {
  const { id, is, conversation, reason, deliveries: tries, at } = letter
  const shown = { id, is, conversation, reason, tries, since: new Date(at).toISOString() }
  if (letter.is !== 'message') return shown
  const owed = decodeOwed(letter.body)
  if (owed.is === 'events' || owed.is === 'revocation') return { ...shown, is: owed.is }
  const { channel, template, to, expiresAt } = owed.message
  const masked = channel === 'email' ? maskMail(to) : maskPhone(to)
  return { ...shown, channel, template, to: masked, expired: expiresAt !== undefined && expiresAt * 1_000 <= now }
}

/** The dead letters as a table, oldest first. */
export function printDeadLetters(pending: number, dead: readonly DeadLetterShown[]): string {
  const told = `${pending} owed, ${dead.length} set aside\n`
  if (dead.length === 0) return told
  const rows = [
    ['id', 'since', 'what', 'to', 'tries', 'reason', 'conversation'],
    ...dead.map(({ id, since, is, channel, template, to, tries, reason, conversation, expired }) => [
      id,
      since,
      `${channel === undefined ? is : `${channel} ${template ?? ''}`}${expired === true ? ' (expired)' : ''}`,
      to ?? '-',
      String(tries),
      reason,
      conversation === '' ? '-' : conversation,
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = rows.map((row) =>
    row
      .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${told}\n${lines.join('\n')}\n`
}

/** A terminal obeys control characters. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}
