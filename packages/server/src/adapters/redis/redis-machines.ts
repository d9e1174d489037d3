import type { Machines } from '@rekey/core'
import type { RedisCommands } from './redis-client.js'
import { keyLayout } from './keys.js'
import type { KeyLayout } from './keys.js'
import type { Seal } from './seal.js'

export interface RedisMachinesOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
}

/** Keeps machines in Redis, sealed like everything there: a machine that somebody has changed does not open. */
export class RedisMachines implements Machines {
  readonly #keys: KeyLayout

  constructor(
    private readonly redis: RedisCommands,
    private readonly seal: Seal,
    options: RedisMachinesOptions = {},
  ) {
    this.#keys = keyLayout(options.prefix)
  }

  async keep(hash: string, machine: string, ttlSeconds: number): Promise<void> {
    const key = this.#keys.machine(hash)
    await this.redis.set(key, this.seal.close(Buffer.from(machine), `machine ${key}`), 'PX', Math.ceil(ttlSeconds * 1_000))
  }

  async extend(hash: string, ttlSeconds: number): Promise<boolean> {
    return (await this.redis.pexpire(this.#keys.machine(hash), Math.ceil(ttlSeconds * 1_000))) === 1
  }

  async find(hash: string): Promise<string | undefined> {
    const key = this.#keys.machine(hash)
    const sealed = await this.redis.getBuffer(key)
    return sealed === null ? undefined : this.seal.open(sealed, `machine ${key}`).toString('utf8')
  }
}
