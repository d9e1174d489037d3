import type { Rate } from '../machine/machine.js'
import type { Message } from '../step/message.js'
import type { EngineParts } from './parts.js'

/** Counts a message against its destination, over all conversations and spellings. @returns whether it is one too many. */
export async function spend({ budgets, digests, directory }: EngineParts, message: Message, rate: Rate): Promise<boolean> {
  const destination = digests.of('destination', message.channel, directory.normalise(message.to))
  const [count = 0] = await budgets.count([{ key: `messages:${destination}`, limit: rate.count, windowSeconds: rate.seconds }])
  return count > rate.count
}
