import type { Overview } from '@rekey/core'

/** Conversations as a table, oldest first. @param now seconds since the epoch. */
export function printConversations(found: readonly Overview[], now: number): string {
  const rows = [
    ['conversation', 'flow', 'dialect', 'state', 'step', 'age', 'ends in'],
    ...found
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .map((one) => [
        one.id,
        one.flow ?? '?',
        one.dialect,
        one.is,
        one.step?.id ?? '-',
        span(now - one.startedAt),
        one.expiresAt === undefined ? '?' : span(one.expiresAt - now),
      ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** One conversation, and why it stands where it stands. @param now seconds since the epoch. */
export function printConversation(one: Overview, now: number): string {
  const { step, asks, messages, attempts, expiresAt } = one
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['conversation', one.id],
    ['flow', one.flow ?? `unknown: no server keeps its machine ${one.machine} any more`],
    ['machine', one.machine],
    ['dialect', `${one.dialect}, as ${one.address}`],
    ['begun', `${span(now - one.startedAt)} ago`],
    ['last accepted', `${span(now - one.movedAt)} ago`],
    ['ends', expiresAt === undefined ? undefined : expiresAt > now ? `in ${span(expiresAt - now)}, whatever happens` : 'now, by time'],
    ['state', one.is],
    ['step', step && `${step.id}${step.type === step.id ? '' : ` (${step.type})`}`],
    ['asks', asks && `${asks.tag}${asks.opened ? `, round ${asks.round}` : ', not opened yet'}`],
    ...attempts.map(({ step: id, used, of }) => ['refused answers', `${used}${of === undefined ? '' : ` of ${of}`} at ${id}`] as const),
    ['messages owed', `${messages.owed}${messages.of === undefined ? '' : ` of ${messages.of}`}`],
    ['why', whyOf(one, now)],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(16)} ${printable(value)}\n`])).join('')
}

/** Why a conversation does not go on, in one sentence. */
function whyOf({ is, step, attempts, asks, messages, flow }: Overview, now: number): string {
  const at = step ? `\`${step.id}\`` : 'its step'
  const tries = attempts.find(({ step: id }) => id === step?.id)
  const isUsedUp = tries?.of !== undefined && tries.used >= tries.of
  switch (is) {
    case 'completed':
      return 'it went through to its end'
    case 'cancelled':
      return `it was ended at ${at}, by its caller, by the person it was about, or by an operator: the audit trail says by whom`
    case 'failed':
      return isUsedUp ? `all ${tries.used} tries at ${at} were used up` : `${at} has failed: the audit trail says why`
    case 'open':
      break
  }
  if (flow === undefined) return 'nobody can go on with it: the flow that it began with is kept nowhere'
  if (asks === undefined) return `a request is at work on it, or one that died left it before ${at}`
  if (!asks.opened) return `it waits for its caller to open ${at}`
  const waits = `it waits for an answer at ${at}${asks.since === undefined ? '' : `, for ${span(now - asks.since)}`}`
  return messages.of !== undefined && messages.owed >= messages.of ? `${waits}; it may send no further message` : waits
}

/** Seconds in the two largest units. */
function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)]
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${whole % 60}s` : `${whole}s`
}

/** Ids are ours, but a store may hold anything: nothing of it steers a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}
