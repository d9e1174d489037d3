// The built server, which hashes passwords of its own accord beside its requests: as many as keep a part of one core busy, several at a time, at random
// times. `hashing-process.mjs JSON`, as `steps/rekey-process.mjs`, with `threads`: hashes at a time; without it as many as the server itself would; or with
// `pool`: hashes at a time on the pool of Node, which the server does not use for them.
import '../steps/rekey-process.mjs'
import { createRequire } from 'node:module'
import { Secret } from '../../packages/core/dist/index.js'
import { DEFAULT_HASH_COST, PasswordHasher } from '../../packages/server/dist/adapters/passwords/password-hasher.js'
import { WorkQueue } from '../../packages/server/dist/line/work-queue.js'
import { alsoAnswer } from '../steps/answering.mjs'

const MEASURED = 20
const { threads, pool } = JSON.parse(process.argv[2])
const hasher =
  pool === undefined ? new PasswordHasher({ maxWaiting: 10_000, ...(threads !== undefined && { concurrency: threads }) }) : onPool(pool)
const secret = new Secret('a password of the bench')
let stop = () => undefined
let count = 0
let failed

alsoAnswer({
  /** @returns microseconds of CPU that a hash takes, one after the other. */
  async hashUs() {
    await hasher.hash(secret)
    const before = process.cpuUsage()
    for (let left = MEASURED; left > 0; left -= 1) await hasher.hash(secret)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / MEASURED
  },
  /** From now on `together` passwords come at once, every so many microseconds on average. */
  hash({ together, everyUs }) {
    count = 0
    failed = undefined
    let timer
    const come = () => {
      timer = setTimeout(come, (-Math.log(1 - Math.random()) * everyUs) / 1_000)
      for (let left = together; left > 0; left -= 1)
        hasher.hash(secret).then(
          () => (count += 1),
          (error) => (failed ??= error),
        )
    }
    come()
    stop = () => clearTimeout(timer)
  },
  /** @returns how many were hashed since; those that wait still are hashed first. */
  async hashed() {
    stop()
    // The line is in order: the last one ends when all have.
    await hasher.hash(secret)
    if (failed !== undefined) throw failed
    return count
  },
})

/** The same hash, where Node does its own work. */
function onPool(concurrency) {
  const argon2 = createRequire(new URL('../../packages/server/package.json', import.meta.url))('@node-rs/argon2')
  const { memoryKiB, passes, lanes } = DEFAULT_HASH_COST
  const options = { memoryCost: memoryKiB, timeCost: passes, parallelism: lanes, outputLen: 32 }
  const line = new WorkQueue({ concurrency, maxWaiting: 10_000 })
  return { hash: (password) => line.run(() => argon2.hash(Buffer.from(password.reveal()), options)) }
}
