import type { Rate } from '../machine/machine.js'
import type { Message } from '../step/message.js'
import type { EngineParts } from './parts.js'
import type { LinkedStep } from './program.js'
import { note, type Sitting } from './sitting.js'

/**
 * Owes messages with the next commit. What a shadow is owed, or one message too many, is owed void: the same size, and never sent.
 */
export async function owe(parts: EngineParts, sitting: Sitting, { node }: LinkedStep, messages: readonly Message[]): Promise<void> {
  const { limits } = sitting.program.machine
  const shadow = sitting.snapshot.who?.shadow === true
  const tooMany = sitting.snapshot.messages > limits.messages.conversation
  for (const message of messages) {
    // The address of a shadow may be somebody else's: their budget must not be spent by whoever types it.
    const destination = shadow ? `shadow ${sitting.snapshot.who?.id ?? ''}` : parts.directory.normalise(message.to)
    const over = await spend(parts, message.channel, destination, limits.messages.destination)
    if (over || tooMany) note(sitting, 'limited', node.id, 'messages')
    sitting.owed.push({ message, void: shadow || over || tooMany })
  }
}

/** Counts a message against its destination, over all conversations and spellings. @returns whether it is one too many. */
async function spend({ budgets, digests }: EngineParts, channel: Message['channel'], destination: string, rate: Rate): Promise<boolean> {
  const key = `messages:${digests.of('destination', channel, destination)}`
  const [count = 0] = await budgets.count([{ key, limit: rate.count, windowSeconds: rate.seconds }])
  return count > rate.count
}
