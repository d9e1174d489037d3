// Writes live conversations into Redis by the store's own code: sealed, indexed and expiring as any, each as long as a real one mid-flow. `fill-process.mjs JSON`:
// { redis: url, storedBytes }.
import { randomBytes, randomUUID } from 'node:crypto'
import { connectRedis, redisStore, Seal } from '../../packages/server/dist/adapters/redis/index.js'
import { keyLayout } from '../../packages/server/dist/adapters/redis/keys.js'
import { answer } from '../steps/answering.mjs'

const AT_ONCE = 1_000
/** Longer than any run. */
const LIFE_MS = 6 * 3_600_000
const TIMEOUT_MS = 60_000
const { redis: url, storedBytes } = JSON.parse(process.argv[2])

const client = connectRedis(url, { onError: (error) => process.stderr.write(`${error}\n`), commandTimeoutMs: TIMEOUT_MS })
// Nobody comes back for them: any key will do.
const { conversations } = redisStore(client, new Seal([{ id: 'bench', key: randomBytes(32) }]))

answer({
  /** Adds so many. */
  async fill(count) {
    const first = await create('')
    const body = 'x'.repeat(Math.max(0, storedBytes - (await client.strlen(keyLayout().conversation(first)))))
    for (let left = count - 1; left > 0; left -= AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => create(body)))
  },
})
process.send({ ready: true })

async function create(body) {
  const id = randomUUID()
  const { is } = await conversations.create({ id, body, expiresAt: Date.now() + LIFE_MS, owed: [], replies: [], ended: false })
  if (is !== 'created') throw new Error('a conversation of the bench is there already')
  return id
}
