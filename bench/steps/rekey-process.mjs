// The built server in a process of its own, with the cheapest people and mails that go no further than the bench: `rekey-process.mjs JSON`.
// `ownPeople`: those that are configured instead; `root`: of another revision, whose server is taken, as a URL.
import { setTimeout as pause } from 'node:timers/promises'
import { answer } from './answering.mjs'
import { CheapDirectory } from './cheap-directory.mjs'
import { openMailbox } from './mailbox.mjs'

const PATIENCE_MS = 60_000
/** To ask what is left is work of its own: seldom. */
const SETTLING_MS = 500
const { config, ownPeople = false, root = new URL('../../', import.meta.url).href } = JSON.parse(process.argv[2])
const { dialects, loadConfig, startServer } = await import(new URL('packages/server/dist/index.js', root).href)
let outbox
let mails = 0
const mailbox = await openMailbox()

const loaded = await loadConfig({ path: config, env: process.env, cwd: process.cwd(), dialects })
if (loaded.is === 'faults') throw new Error(JSON.stringify(loaded.faults.map(({ message }) => message)))
const running = await startServer(loaded.config, {
  adapt(ports) {
    outbox = ports.outbox
    const mailer = {
      async send(mail) {
        mails += 1
        mailbox.put(mail)
      },
    }
    return { ...ports, ...(!ownPeople && { directory: new CheapDirectory() }), mailer }
  },
})

answer({
  /** Waits until as many mails were sent since the start. */
  async mailed(count) {
    await until(() => mails >= count)
    return mails
  },
  /** Mails since the start. */
  sent: () => mails,
  /** Waits until nothing is left to deliver. */
  async settled() {
    while ((await outbox.pending()) > 0) await pause(SETTLING_MS)
  },
})
process.send({ ready: { url: running.url, mails: mailbox.port } })

async function until(isSo) {
  const patience = performance.now() + PATIENCE_MS
  while (!isSo()) {
    if (performance.now() > patience) throw new Error(`${mails} mails were sent, and no more come`)
    await pause(5)
  }
}
