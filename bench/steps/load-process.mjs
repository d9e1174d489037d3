// Plays conversations from a process of its own, many at a time, each client on one connection to each server and with people of its own.
import { setTimeout as pause } from 'node:timers/promises'
import { Connection } from './connection.mjs'
import { answer } from './answering.mjs'
import { readMailbox } from './mailbox.mjs'
import { nameOf } from './people.mjs'
import { percentile } from './statistics.mjs'
import { PEER_WIRES } from '../peers/wires.mjs'
import { personOf, WIRES } from './wires.mjs'

/** Connections that are opened at a time: a listening socket has room for so many. */
const OPENED_AT_ONCE = 100
/** The floor mails nothing and takes any code. */
const NO_MAILBOX = { codeOf: () => '00000000', close: () => undefined }
/** Thrown where a conversation is left under way. */
const STOPPED = new Error('stopped')
const ALL = { ...WIRES, ...PEER_WIRES }
let runs = 0
let persons = 0

answer({
  /**
   * Plays until the time is over and there were `least` conversations, and each to its end; each request of a client goes to the next of the `urls`.
   * `people`: how many there are, taken in turn; without it each conversation is about somebody else.
   * `stopsAfter`: so many requests, which leaves the conversation under way.
   * `thinkMs`: how long a client thinks before each request, from nothing to twice that. A failure is thrown, or counted where `counts` says so; it ends
   * the conversation, and the client where there is no new connection.
   * @returns conversations, failures, requests, microseconds of each request as percentiles, and the CPU time of this process.
   */
  async play({ wire, urls, mails, clients, seconds, least = 0, thinkMs = 0, people, stopsAfter = Infinity, counts = false }) {
    const { play } = ALL[wire]
    const mailbox = mails === undefined ? NO_MAILBOX : await readMailbox(mails)
    const connections = []
    // Who thinks first connects once there is something to say: a server waits only so long for a first request.
    const open = thinkMs > 0 ? async () => urls.map((url) => new Connection(url)) : () => openAll(urls)
    while (connections.length < clients) {
      const number = Math.min(OPENED_AT_ONCE, clients - connections.length)
      connections.push(...(await Promise.all(Array.from({ length: number }, open))))
    }
    const times = []
    const faults = new Map()
    runs += 1
    const run = runs
    let conversations = 0
    let failures = 0
    const before = process.cpuUsage()
    const begun = performance.now()
    const fail = ({ message }) => {
      failures += 1
      const kind = message.slice(0, 200)
      faults.set(kind, (faults.get(kind) ?? 0) + 1)
    }
    const client = async (own, number) => {
      let turns = number
      let sent = 0
      const send = async (call) => {
        if (sent === stopsAfter) throw STOPPED
        sent += 1
        if (thinkMs > 0) await pause(Math.random() * 2 * thinkMs)
        turns += 1
        return own[turns % own.length].send(call)
      }
      for (let count = 0; performance.now() - begun < seconds * 1_000 || conversations < least; count += 1) {
        const name = people === undefined ? nameOf(run, number, count) : nameOf(0, 0, persons % people)
        persons += 1
        sent = 0
        const person = personOf(name, (of) => mailbox.codeOf(of), persons)
        try {
          await play(send, person, ({ us }) => void times.push(us)).catch((error) => {
            if (error !== STOPPED) throw error
          })
          conversations += 1
        } catch (error) {
          if (!counts) throw error
          fail(error)
          // What it may still be answered belongs to nobody.
          for (const connection of own.splice(0)) connection.close()
          try {
            own.push(...(await open()))
          } catch (refusal) {
            fail(refusal)
            return
          }
        }
      }
    }
    try {
      await Promise.all(connections.map(client))
    } finally {
      for (const connection of connections.flat()) connection.close()
      mailbox.close()
    }
    const { user, system } = process.cpuUsage(before)
    times.sort((a, b) => a - b)
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map((part) => percentile(times, part))
    return {
      conversations,
      failures,
      faults: [...faults].map(([message, count]) => `${count} times: ${message}`),
      requests: times.length,
      wallUs: (performance.now() - begun) * 1_000,
      cpuUs: user + system,
      latencyUs: { p50, p99, p999 },
    }
  },
})
process.send({ ready: true })

function openAll(urls) {
  return Promise.all(urls.map((url) => Connection.open(url)))
}
