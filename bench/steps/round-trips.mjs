// Counts what a server sends to Redis: it stands between the two, and lets everything through as it is. A flight is what one connection sends before it
// waits for an answer; its length does not matter, its number does.
import { createHash } from 'node:crypto'
import { connect, createServer } from 'node:net'
import * as scripts from '../../packages/server/dist/adapters/redis/conversation-scripts.js'

/** Names of the scripts by the digest that they are called by. */
const SCRIPTS = new Map(
  Object.values(scripts).map(({ name, lua }) => [createHash('sha1').update(lua).digest('hex'), name.replace('rekey', '').toLowerCase()]),
)

/** Where a call of `create` has its mark: behind digest, number of keys, three keys, id, record, end and window. */
const MARK_OF_CREATE = 9

/**
 * @param {number} port of Redis.
 * @returns {Promise<{ port: number, taken(): { connection: number, commands: string[] }[], stop(): Promise<void> }>} `taken`: the flights since it was last
 *   asked, in order; a command is its name; a script goes by its own, or by what its first key is.
 */
export async function standBetween(port) {
  let flights = []
  let connections = 0
  const sockets = new Set()
  const server = createServer((near) => {
    connections += 1
    const connection = connections
    const far = connect({ host: '127.0.0.1', port, noDelay: true })
    near.setNoDelay(true)
    let flight
    let rest = Buffer.alloc(0)
    near.on('data', (bytes) => {
      const { commands, left } = readCommands(Buffer.concat([rest, bytes]))
      rest = left
      if (flight === undefined) flights.push((flight = { connection, commands: [] }))
      flight.commands.push(...commands)
      far.write(bytes)
    })
    far.on('data', (bytes) => {
      flight = undefined
      near.write(bytes)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  return {
    port: server.address().port,
    taken() {
      const seen = flights
      flights = []
      return seen
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(() => resolve(undefined)))
    },
  }
}

/** Source: Redis serialization protocol: a command is an array of bulk strings. */
function readCommands(bytes) {
  const commands = []
  let at = 0
  const header = (from) => {
    const end = bytes.indexOf('\r\n', from)
    return end === -1 ? undefined : { value: Number(bytes.toString('latin1', from + 1, end)), next: end + 2 }
  }
  for (;;) {
    const count = header(at)
    if (count === undefined) break
    let next = count.next
    const words = []
    for (; words.length < count.value;) {
      const length = header(next)
      if (length === undefined || length.next + length.value + 2 > bytes.length) break
      words.push(bytes.toString('latin1', length.next, length.next + length.value))
      next = length.next + length.value + 2
    }
    if (words.length < count.value) break
    commands.push(named(words))
    at = next
  }
  return { commands, left: bytes.subarray(at) }
}

function named([name = '', ...words]) {
  const command = name.toUpperCase()
  if (!command.startsWith('EVAL')) return command
  const script = SCRIPTS.get(words[0])
  if (script === 'create' && words[MARK_OF_CREATE] !== '') return 'create with mark'
  return script ?? `script on a ${kindOf(words[2] ?? '')}`
}

/** Keys are named by their kind: no id of anything is printed. */
function kindOf(key) {
  return /(?:^|:)(budget|outbox|dead|session|revoked|once|machine)(?::|$)/.exec(key)?.[1] ?? 'key'
}
