import type { Machines } from '../ports/machines.js'
import type { Clock } from './clock.js'
import { ExpiringMap } from './expiring-map.js'

/** Keeps machines in this process. */
export class MemoryMachines implements Machines {
  readonly #machines: ExpiringMap<string>

  constructor(private readonly now: Clock) {
    this.#machines = new ExpiringMap(now)
  }

  async keep(hash: string, machine: string, ttlSeconds: number): Promise<void> {
    this.#machines.set(hash, machine, this.now() + ttlSeconds * 1_000)
  }

  async find(hash: string): Promise<string | undefined> {
    return this.#machines.get(hash)
  }
}
