import type { Once } from '@rekey/core'
import type { RedisCommands } from './redis-client.js'
import { keyLayout } from './keys.js'
import type { KeyLayout } from './keys.js'

export interface RedisOnceOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
}

/** Remembers claimed keys in Redis: one command, so that of several claims one is the first. */
export class RedisOnce implements Once {
  readonly #keys: KeyLayout

  constructor(
    private readonly redis: RedisCommands,
    options: RedisOnceOptions = {},
  ) {
    this.#keys = keyLayout(options.prefix)
  }

  async claim(key: string, ttlSeconds: number): Promise<boolean> {
    return (await this.redis.set(this.#keys.once(key), '', 'PX', Math.ceil(ttlSeconds * 1_000), 'NX')) === 'OK'
  }
}
