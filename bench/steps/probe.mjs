// One conversation looked at closely: what each request sends to Redis, what is stored after it, and how it is answered.
import { keyLayout } from '../../packages/server/dist/adapters/redis/keys.js'
import { Connection } from '../timing/connection.mjs'
import { nameOf, play, REQUESTS } from './conversation.mjs'
import { readMailbox } from './mailbox.mjs'
import { standBetween } from './round-trips.mjs'
import { startRekey, startStore } from './servers.mjs'

/** A code and the notice of the change. */
export const MAILS = 2
const WARM = 20

/**
 * @returns {Promise<{ documents: object[], sizes: number[], requests: { request: string, flights: string[][], storedBytes: number, memoryBytes: number }[],
 *   delivery: string[] }>} `flights`: commands that travel together, of each round trip; `delivery`: what handing out the mails has sent.
 */
export async function probe() {
  const closers = []
  try {
    const store = await startStore(closers)
    const between = await standBetween(store.port)
    closers.push(() => between.stop())
    const server = await startRekey(`redis://127.0.0.1:${between.port}`, closers)
    const connection = await Connection.open(server.ready.url)
    closers.push(() => connection.close())
    const mailbox = await readMailbox(server.ready.mails)
    closers.push(() => mailbox.close())
    const codeOf = (name) => mailbox.codeOf(name)
    const keyOf = keyLayout().conversation
    for (let count = 0; count < WARM; count += 1) {
      await play(
        (call) => connection.send(call),
        { name: nameOf(0, 0, count), password: 'a new secret of the bench', codeOf },
        () => undefined,
      )
      await server.ask('mailed', MAILS * (count + 1))
    }
    await server.ask('settled')
    between.taken()

    const [documents, requests, delivery] = [[], [], []]
    let conversation
    const person = { name: nameOf(0, 0, WARM), password: 'a new secret of the bench', codeOf }
    await play(
      (call) => connection.send(call),
      person,
      async ({ document }) => {
        conversation ??= JSON.parse(Buffer.from(document.token.split('.')[1], 'base64url').toString()).jti
        const flights = between.taken().map(({ commands }) => commands)
        delivery.push(...flights.flat().filter(isDelivery))
        const key = keyOf(conversation)
        documents.push(document)
        requests.push({
          request: REQUESTS[requests.length],
          flights: flights.map((commands) => commands.filter((command) => !isDelivery(command))).filter((commands) => commands.length > 0),
          storedBytes: await store.redis.strlen(key),
          memoryBytes: await store.redis.memory('USAGE', key),
        })
      },
    )
    await server.ask('mailed', MAILS * (WARM + 1))
    delivery.push(
      ...between
        .taken()
        .flatMap(({ commands }) => commands)
        .filter(isDelivery),
    )
    return { documents, sizes: requests.map(({ storedBytes }) => storedBytes), requests, delivery }
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

/** What hands out the messages works on streams, and asks for the time where one is not due yet; requests do neither outside a script. */
function isDelivery(command) {
  return /^(?:X[A-Z]+|TIME)$/.test(command) || /(?:outbox|dead)$/.test(command)
}
