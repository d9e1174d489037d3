import type { Budget, Budgets } from '@rekey/core'
import type { Redis } from 'ioredis'
import { asNumber } from './answer.js'
import { keyLayout } from './keys.js'
import type { KeyLayout } from './keys.js'
import { defineScript } from './script.js'
import type { Script } from './script.js'

export interface RedisBudgetsOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
}

/**
 * Counts in Redis. A window begins with the first act that is counted in it. Each budget is a call of its own, because each lies in its own
 * slot of a Cluster; the client sends them together.
 */
export class RedisBudgets implements Budgets {
  readonly #keys: KeyLayout
  readonly #count: Script
  readonly #refund: Script

  constructor(redis: Redis, options: RedisBudgetsOptions = {}) {
    this.#keys = keyLayout(options.prefix)
    this.#count = defineScript(redis, COUNT)
    this.#refund = defineScript(redis, REFUND)
  }

  async count(budgets: readonly Budget[]): Promise<readonly number[]> {
    const counts = budgets.map(({ key, windowSeconds }) => this.#count([this.#keys.budget(key)], [Math.ceil(windowSeconds * 1_000)]))
    return (await Promise.all(counts)).map(asNumber)
  }

  async refund(budgets: readonly Budget[]): Promise<void> {
    await Promise.all(budgets.map(({ key }) => this.#refund([this.#keys.budget(key)], [])))
  }
}

const COUNT = {
  name: 'rekeyBudgetCount',
  keys: 1,
  lua: `
local count = redis.call('INCR', KEYS[1])
if count == 1 and redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
`,
}

const REFUND = {
  name: 'rekeyBudgetRefund',
  keys: 1,
  lua: `
local count = tonumber(redis.call('GET', KEYS[1]) or 0)
if count > 0 then redis.call('DECR', KEYS[1]) end
return 1
`,
}
