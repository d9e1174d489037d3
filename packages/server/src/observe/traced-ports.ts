import type { Ports } from '../compose/ports.js'
import { tracedPart } from './traced-part.js'
import type { SpanWords, Tracing } from './tracing.js'

const DIRECTORY_CALLS = [
  'find',
  'read',
  'verifyPassword',
  'verifyAnswers',
  'remembersPassword',
  'setPassword',
  'totpSecret',
  'lastAct',
] as const

/**
 * The same ports, whose calls are traced by name; of what they are given and what they give nothing is told. What sends is not traced by itself:
 * nothing is sent to people who do not exist.
 * @param store said of the store's calls.
 */
export function tracedPorts(ports: Ports, tracing: Tracing, store: SpanWords): Ports {
  const { conversations, outbox } = ports
  const called = <T>(words: SpanWords, name: string, call: () => T | Promise<T>) => tracing.within(name, 'call', words, call)
  const part = <T extends object>(
    name: string,
    port: T,
    calls: readonly (keyof T & string)[] | 'all',
    words: SpanWords,
    others?: Partial<T>,
  ): T => tracedPart(port, calls, (call, run) => called(words, `${name}.${call}`, run), others)
  return {
    ...ports,
    conversations: part('conversations', conversations, ['claim', 'mark', 'release', 'look'], store, {
      create(entry) {
        tracing.owes(entry.owed)
        return called(store, 'conversations.create', () => conversations.create(entry))
      },
      commit(claim, entry) {
        tracing.owes(entry.owed)
        return called(store, 'conversations.commit', () => conversations.commit(claim, entry))
      },
    }),
    budgets: part('budgets', ports.budgets, 'all', store),
    machines: part('machines', ports.machines, ['find'], store),
    sessions: part('sessions', ports.sessions, 'all', store),
    once: part('once', ports.once, 'all', store),
    directory: part('directory', ports.directory, DIRECTORY_CALLS, {}),
    captcha: part('captcha', ports.captcha, ['verify'], {}),
    validator: part('validator', ports.validator, ['validate'], {}),
    outbox: part('outbox', outbox, [], store, {
      consume: (consumer) =>
        outbox.consume((item) =>
          item.is === 'message'
            ? tracing.delivers('deliver message', item.body, () => consumer(item))
            : tracing.delivers('resolve change', undefined, () => consumer(item)),
        ),
    }),
  }
}
