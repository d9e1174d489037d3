import type { Machine, Rate } from '../machine/machine.js'
import type { Budget } from '../ports/budgets.js'
import type { Message } from '../step/message.js'
import type { EngineParts } from './parts.js'
import type { LinkedStep } from './program.js'
import { note, type Sitting } from './sitting.js'

/** Owes messages with the next commit. What a shadow is owed, or one message too many, is owed void: the same size, and never sent. */
export async function owe(parts: EngineParts, sitting: Sitting, { node }: LinkedStep, messages: readonly Message[]): Promise<void> {
  const shadow = sitting.snapshot.who?.shadow === true
  const tooMany = sitting.snapshot.messages > sitting.program.machine.limits.messages.conversation
  for (const message of messages) {
    const { own, total, over, overInAll } = await spend(parts, sitting, message)
    // What is not sent takes nothing from the others, nor from its own destination where that is not what is used up.
    if (over || tooMany) await parts.budgets.refund(total)
    else if (overInAll) await parts.budgets.refund([own])
    if (over || tooMany || overInAll) note(sitting, 'limited', node.id, over || tooMany ? 'messages' : 'messages-of-flow')
    sitting.owed.push({ message, void: shadow || over || tooMany || overInAll })
  }
}

/** Whether messages would be within all budgets, if they were owed now; for a shadow as for anybody. Nothing is spent by it. */
export async function isWithinBudgets(parts: EngineParts, sitting: Sitting, messages: readonly Message[]): Promise<boolean> {
  if (sitting.snapshot.messages + messages.length > sitting.program.machine.limits.messages.conversation) return false
  let isWithin = true
  for (const message of messages) {
    const { own, total, over, overInAll } = await spend(parts, sitting, message)
    await parts.budgets.refund([own, ...total])
    if (over || overInAll) isWithin = false
  }
  return isWithin
}

interface Spent {
  readonly own: Budget
  readonly total: readonly Budget[]
  readonly over: boolean
  readonly overInAll: boolean
}

async function spend(parts: EngineParts, { snapshot, program }: Sitting, { channel, to }: Message): Promise<Spent> {
  const { who } = snapshot
  // The address of a shadow may be somebody else's: their budget must not be spent by whoever types it.
  const destination = who?.shadow === true ? `shadow ${who.id}` : parts.directory.normalise(to)
  const own = destinationBudget(parts, channel, destination, program.machine.limits.messages.destination)
  const total = totalBudget(program.machine)
  const [sent = 0, inAll = 0] = await parts.budgets.count([own, ...total])
  return { own, total, over: sent > own.limit, overInAll: total.some(({ limit }) => inAll > limit) }
}

/** Counts over all conversations and spellings. */
function destinationBudget({ digests }: EngineParts, channel: Message['channel'], destination: string, { count, seconds }: Rate): Budget {
  return { key: `messages:${digests.of('destination', channel, destination)}`, limit: count, windowSeconds: seconds }
}

/** One total for people and for names that nobody has: from two of them it could be told which a name draws from. */
function totalBudget({ flow, limits }: Machine): readonly Budget[] {
  const rate = limits.messages.flow
  return rate ? [{ key: `messages-of-flow:${flow}`, limit: rate.count, windowSeconds: rate.seconds }] : []
}
