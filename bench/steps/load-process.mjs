// Plays conversations from a process of its own, many at a time, each client on one connection and with people of its own.
import { Connection } from '../timing/connection.mjs'
import { answer } from './answering.mjs'
import { nameOf, play } from './conversation.mjs'
import { readMailbox } from './mailbox.mjs'
import { percentile } from './statistics.mjs'

/** The floor mails nothing and takes any code. */
const NO_MAILBOX = { codeOf: () => '00000000', close: () => undefined }
let runs = 0

answer({
  /**
   * Plays until the time is over and there were `least` conversations, and each to its end.
   * @returns conversations, requests, microseconds of each request as percentiles, and the CPU time of this process; any failure is thrown.
   */
  async play({ url, mails, clients, seconds, least }) {
    const mailbox = mails === undefined ? NO_MAILBOX : await readMailbox(mails)
    const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(url)))
    const times = []
    runs += 1
    const run = runs
    let conversations = 0
    const before = process.cpuUsage()
    const begun = performance.now()
    const client = async (connection, number) => {
      for (let count = 0; performance.now() - begun < seconds * 1_000 || conversations < least; count += 1) {
        // Each about somebody else, as in earnest.
        const person = { name: nameOf(run, number, count), password: 'a new secret of the bench', codeOf: (of) => mailbox.codeOf(of) }
        await play(
          (call) => connection.send(call),
          person,
          ({ us }) => void times.push(us),
        )
        conversations += 1
      }
    }
    try {
      await Promise.all(connections.map(client))
    } finally {
      for (const connection of connections) connection.close()
      mailbox.close()
    }
    const { user, system } = process.cpuUsage(before)
    times.sort((a, b) => a - b)
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map((part) => percentile(times, part))
    return {
      conversations,
      requests: times.length,
      wallUs: (performance.now() - begun) * 1_000,
      cpuUs: user + system,
      latencyUs: { p50, p99, p999 },
    }
  },
})
process.send({ ready: true })
