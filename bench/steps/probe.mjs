// One conversation looked at closely: what each request sends to Redis, what is stored after it, and how it is answered.
import { Connection } from './connection.mjs'
import { inHouse } from './house.mjs'
import { readMailbox } from './mailbox.mjs'
import { nameOf } from './people.mjs'
import { standBetween } from './round-trips.mjs'
import { startRekey, startStore } from './servers.mjs'
import { personOf } from './wires.mjs'

/** Conversations before the one that is looked at. */
const WARM = 20
const CONVERSATION = /:c:/

/**
 * @param {readonly object[]} wires each is looked at in turn, on one server.
 * @param {{ warm?: number, settles?: boolean }} [wishes] `warm`: conversations before the one that is looked at; `settles`: of these nothing is left to deliver.
 * @returns {Promise<Record<string, { documents: object[], sizes: number[], requests: { request: string, flights: string[][], storedBytes: number, memoryBytes: number }[],
 *   delivery: string[] }>>} by name of the wire. `flights`: commands that travel together, of each round trip; `delivery`: what handing out the mails has
 *   sent. Bytes are 0 where nothing is stored.
 */
export function probe(wires, { warm = WARM, settles = true } = {}) {
  return inHouse(async (closers) => {
    const store = await startStore(closers)
    const passage = await standBetween(store.port)
    closers.push(() => passage.stop())
    const server = await startRekey({ redis: `redis://127.0.0.1:${passage.port}`, flows: wires.flatMap(({ flows }) => flows) }, closers)
    const connection = await Connection.open(server.ready.url)
    closers.push(() => connection.close())
    const mailbox = await readMailbox([server.ready.mails])
    closers.push(() => mailbox.close())
    const near = { connection, mailbox, server, store, passage, warm, settles }
    const found = {}
    let mails = 0
    for (const [number, wire] of wires.entries()) {
      found[wire.name] = await look(wire, number, { ...near, mails })
      mails += wire.mails * (warm + 1)
    }
    return found
  })
}

/** @param {any} near */
async function look(wire, number, { connection, mailbox, server, store, passage, warm, settles, mails }) {
  const play = (count, hears) =>
    wire.play(
      (call) => connection.send(call),
      personOf(nameOf(0, number, count), (name) => mailbox.codeOf(name)),
      hears,
    )
  for (let count = 0; count < warm; count += 1) {
    await play(count, () => undefined)
    await server.ask('mailed', mails + wire.mails * (count + 1))
  }
  if (settles) await server.ask('settled')
  passage.taken()

  const before = new Set(await conversationsIn(store.redis))
  const [documents, requests, delivery] = [[], [], []]
  let key
  await play(warm, async ({ document }) => {
    const flights = passage.taken().map(({ commands }) => commands)
    delivery.push(...flights.flat().filter(isDelivery))
    key ??= (await conversationsIn(store.redis)).find((one) => !before.has(one))
    documents.push(document)
    requests.push({
      request: wire.requests[requests.length],
      flights: flights.map((commands) => commands.filter((command) => !isDelivery(command))).filter((commands) => commands.length > 0),
      storedBytes: key === undefined ? 0 : await store.redis.strlen(key),
      memoryBytes: key === undefined ? 0 : ((await store.redis.memory('USAGE', key)) ?? 0),
    })
  })
  await server.ask('mailed', mails + wire.mails * (warm + 1))
  delivery.push(
    ...passage
      .taken()
      .flatMap(({ commands }) => commands)
      .filter(isDelivery),
  )
  return { documents, sizes: requests.map(({ storedBytes }) => storedBytes), requests, delivery }
}

/** The server never lists keys; the bench may, in a store of its own. */
async function conversationsIn(redis) {
  return (await redis.keys('*')).filter((key) => CONVERSATION.test(key))
}

/**
 * What hands out what is owed works on streams, and asks for the time where one is not due yet; requests do neither outside a script. It also notes, behind
 * the answer, that bearer tokens have ended.
 */
function isDelivery(command) {
  return /^(?:X[A-Z]+|TIME)$/.test(command) || /script on a (?:outbox|dead|revoked)$/.test(command)
}
