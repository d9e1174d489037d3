import { now, pause } from './clock.mjs'
import { Random } from './random.mjs'

/** What is done to the parts that servers lean on, one after the other. */
const OUTSIDE = ['redis-restart', 'redis-failover', 'redis-frozen', 'postgres-restart', 'mail-down', 'mail-slow', 'mail-deferred']
/** What is done to servers, one after the other, whatever happens outside meanwhile. */
const SERVERS = ['kill', 'kill', 'rolling-restart', 'clock-ahead', 'clock-behind']

/**
 * Which faults happen in a run, and when: all kinds in an order of their own, again and again, with a rest between them.
 * @param {{ seed: string, seconds: number, smoke: boolean }} wishes
 * @returns {{ outside: Fault[], servers: Fault[] }} `afterMs`: the rest before it. `holdMs`: how long it lasts, at most about.
 * @typedef {{ kind: string, afterMs: number, holdMs: number, server?: number }} Fault
 */
export function planFaults({ seed, seconds, smoke }) {
  const random = new Random(`faults ${seed}`)
  const bags = smoke
    ? [
        ['redis-restart', 'postgres-restart', 'mail-down', 'redis-failover'],
        ['kill', 'clock-ahead', 'rolling-restart'],
      ]
    : [OUTSIDE, SERVERS]
  const [outside = [], servers = []] = bags.map((kinds) => {
    const faults = []
    for (let planned = 0; planned < seconds * 1_000;) {
      for (const kind of random.shuffled(kinds)) {
        const fault = {
          kind,
          afterMs: smoke ? random.between(500, 1_500) : random.between(3_000, 9_000),
          holdMs: smoke ? random.between(500, 1_500) : random.between(500, 5_000),
          server: random.between(0, 2),
        }
        faults.push(fault)
        planned += fault.afterMs + fault.holdMs
      }
    }
    return faults
  })
  return { outside, servers }
}

/** Does what was planned until it is time to stop, and keeps a record with times. */
export class Faults {
  /** @type {{ kind: string, from: number, to: number }[]} */
  done = []
  #stopping = false

  /** @param {import('./house.mjs').House} house @param {{ addresses: readonly string[], say: (text: string) => void }} parts */
  constructor(house, parts) {
    this.house = house
    this.parts = parts
  }

  /** @param {ReturnType<typeof planFaults>} plan */
  async run({ outside, servers }) {
    await Promise.all([this.#track(outside), this.#track(servers)])
  }

  stop() {
    this.#stopping = true
  }

  async #track(faults) {
    for (const fault of faults) {
      const end = now() + fault.afterMs
      while (!this.#stopping && now() < end) await pause(50)
      if (this.#stopping) return
      const from = now()
      this.parts.say(fault.kind)
      await this.#do(fault)
      this.done.push({ kind: fault.kind, from, to: now() })
    }
  }

  async #do({ kind, holdMs, server: index = 0 }) {
    const { redis, mail, servers } = this.house
    const server = servers[index]
    switch (kind) {
      case 'redis-restart':
        return redis.restart(Math.min(holdMs, 2_000))
      case 'redis-failover':
        return redis.failover()
      case 'redis-frozen':
        return redis.freeze(3_000)
      case 'postgres-restart':
        return this.house.restartPostgres(holdMs)
      case 'mail-down':
        await mail.kill()
        await pause(holdMs)
        return mail.start()
      case 'mail-slow':
        await mail.behave({ slowMs: 2_000 })
        await pause(holdMs)
        return mail.behave({ slowMs: 0 })
      case 'mail-deferred':
        await mail.behave({ defer: this.parts.addresses })
        await pause(holdMs)
        return mail.behave({ defer: [] })
      case 'kill':
        await server.kill()
        await pause(holdMs)
        return server.start()
      case 'rolling-restart':
        for (const one of servers) {
          const how = await one.stop()
          if (how !== 0) this.parts.say(`a server that was asked to end ended with ${String(how)}`)
          await one.start()
        }
        return
      case 'clock-ahead':
      case 'clock-behind':
        // It starts with the right time, which then jumps while conversations are under way.
        await server.stop()
        await server.start({ clockShiftMs: kind === 'clock-ahead' ? 90_000 : -90_000, clockAfterMs: 3_000 })
        await pause(3_000 + holdMs)
        await server.stop()
        return server.start()
      default:
        throw new Error(`there is no fault ${kind}`)
    }
  }
}
