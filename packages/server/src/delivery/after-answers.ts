import { setImmediate as turn } from 'node:timers/promises'
import type { OutboxConsumer } from '@rekey/core'

/**
 * Begins each delivery in a later turn of the event loop. What a commit owes may be handed out before its answer is written, and to render a mail takes
 * longer than to withhold one: the answer would tell by its time who exists.
 */
export function afterAnswers(consumer: OutboxConsumer): OutboxConsumer {
  return async (item) => {
    await turn()
    await consumer(item)
  }
}
