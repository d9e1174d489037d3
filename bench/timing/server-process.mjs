// The built server in a process of its own: `server-process.mjs CONFIG PLANT_US`. A planted leak is work that is done only when a search finds nobody. It
// tells its address over the channel to its parent, answers each message when it has nothing more to deliver, and ends when its parent does.
import 'reflect-metadata'
import { setImmediate as turn } from 'node:timers/promises'
import { loadConfig, startServer } from '../../packages/server/dist/index.js'
import { dialects } from '../../packages/server/dist/dialects/index.js'

const [path = '', plantUs = '0'] = process.argv.slice(2)
const planted = BigInt(plantUs) * 1_000n
let outbox

function busy(nanoseconds) {
  const end = process.hrtime.bigint() + nanoseconds
  while (process.hrtime.bigint() < end);
}

function leaking(directory) {
  return new Proxy(directory, {
    get(target, name) {
      const member = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      if (name !== 'find') return member.bind(target)
      return async (...args) => {
        const found = await target.find(...args)
        if (found.length === 0) busy(planted)
        return found
      }
    },
  })
}

process.once('disconnect', () => process.exit())
process.on('message', async (number) => {
  while ((await outbox.pending()) > 0) await turn()
  process.send({ number })
})

const loaded = await loadConfig({ path, env: process.env, cwd: process.cwd(), dialects })
if (loaded.is === 'faults') throw new Error(JSON.stringify(loaded.faults.map(({ message }) => message)))
const running = await startServer(loaded.config, {
  adapt(ports) {
    outbox = ports.outbox
    return planted > 0n ? { ...ports, directory: leaking(ports.directory) } : ports
  },
})
process.send({ url: running.url })
