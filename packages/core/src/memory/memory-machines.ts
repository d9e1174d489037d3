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

  async extend(hash: string, ttlSeconds: number): Promise<boolean> {
    const machine = this.#machines.get(hash)
    if (machine !== undefined) await this.keep(hash, machine, ttlSeconds)
    return machine !== undefined
  }

  async find(hash: string): Promise<string | undefined> {
    return this.#machines.get(hash)
  }
}
