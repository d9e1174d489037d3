import type { Budget, Budgets, Overdrawn, Row, TryBudget, TryCount } from '@rekey/core'
import { crossesSlots, isCluster } from './redis-client.js'
import type { RedisCommands } from './redis-client.js'
import { asList, asNumber } from './answer.js'
import { keyLayout } from './keys.js'
import type { KeyLayout } from './keys.js'
import { defineScript } from './script.js'
import type { Script } from './script.js'

export interface RedisBudgetsOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
}

/**
 * Counts in Redis. A window begins with the first act that is counted in it. Budgets are counted together, but for a Cluster, where each lies in a slot
 * of its own.
 */
export class RedisBudgets implements Budgets {
  readonly #keys: KeyLayout
  readonly #count: Script
  readonly #refund: Script
  readonly #attempt: Script
  readonly #succeed: Script
  readonly #withdraw: Script
  readonly #row: Script
  readonly #clear: Script
  #apart: boolean

  constructor(redis: RedisCommands, options: RedisBudgetsOptions = {}) {
    this.#keys = keyLayout(options.prefix)
    this.#apart = isCluster(redis)
    this.#count = defineScript(redis, COUNT)
    this.#refund = defineScript(redis, REFUND)
    this.#attempt = defineScript(redis, ATTEMPT)
    this.#succeed = defineScript(redis, SUCCEED)
    this.#withdraw = defineScript(redis, WITHDRAW)
    this.#row = defineScript(redis, ROW)
    this.#clear = defineScript(redis, CLEAR)
  }

  async count(budgets: readonly Budget[]): Promise<readonly number[]> {
    if (this.#apart || budgets.length === 0) return this.#countApart(budgets)
    try {
      return await this.#countTogether(budgets)
    } catch (error) {
      if (!crossesSlots(error)) throw error
      this.#apart = true
      return this.#countApart(budgets)
    }
  }

  async #countApart(budgets: readonly Budget[]): Promise<readonly number[]> {
    return (await Promise.all(budgets.map((budget) => this.#countTogether([budget])))).flat()
  }

  async #countTogether(budgets: readonly Budget[]): Promise<readonly number[]> {
    const keys = budgets.map(({ key }) => this.#keys.budget(key))
    const windows = budgets.map(({ windowSeconds }) => Math.ceil(windowSeconds * 1_000))
    return asList(await this.#count(keys, windows)).map(asNumber)
  }

  async refund(budgets: readonly Budget[]): Promise<void> {
    await Promise.all(budgets.map(({ key }) => this.#refund([this.#keys.budget(key)], [])))
  }

  async attempt({ key, limit, windowSeconds, inRow, keptSeconds }: TryBudget): Promise<TryCount> {
    const { free, waitSeconds, longestSeconds, most } = inRow
    const milliseconds = [windowSeconds, waitSeconds, longestSeconds, keptSeconds].map((seconds) => Math.ceil(seconds * 1_000))
    const answer = asList(await this.#attempt([this.#keys.budget(key)], [limit, free, most, ...milliseconds])).map(asNumber)
    const by = OVERDRAWN[answer[0] ?? 0]
    return by === undefined ? { is: 'free' } : { is: 'over', by, first: answer[1] === 1 }
  }

  async succeed(key: string, wasCounted: boolean): Promise<void> {
    await this.#succeed([this.#keys.budget(key)], [wasCounted ? 1 : 0])
  }

  async withdraw(key: string): Promise<void> {
    await this.#withdraw([this.#keys.budget(key)], [])
  }

  async row(key: string): Promise<Row | undefined> {
    const [failures = 0, most = 0, waitMs = 0] = asList(await this.#row([this.#keys.budget(key)], [])).map(asNumber)
    return failures === 0 ? undefined : { failures, most, waitMs }
  }

  async clear(key: string): Promise<boolean> {
    return asNumber(await this.#clear([this.#keys.budget(key)], [])) === 1
  }
}

/** KEYS budgets. ARGV the milliseconds of each one's window. Answers the count of each. */
const COUNT = {
  name: 'rekeyBudgetCount',
  lua: `
local counts = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 and redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[i]) end
  counts[i] = count
end
return counts
`,
}

const REFUND = {
  name: 'rekeyBudgetRefund',
  lua: `
local count = tonumber(redis.call('GET', KEYS[1]) or 0)
if count > 0 then redis.call('DECR', KEYS[1]) end
return 1
`,
}

/** By what the script answers; 0 is a try that may be judged. */
const OVERDRAWN: readonly (Overdrawn | undefined)[] = [undefined, 'window', 'wait', 'row']

/**
 * One hash for one person and type of step: `count` and `ends` of the window, `failures` of the row and their `most`, `wait` until when, `told`.
 * Times are milliseconds of the store's clock.
 */
const ATTEMPT = {
  name: 'rekeyBudgetAttempt',
  lua: `
local limit, free, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local window, first, longest, kept = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tried = redis.call('HMGET', KEYS[1], 'count', 'ends', 'failures', 'wait', 'told')
local count, ends = tonumber(tried[1] or 0), tonumber(tried[2] or 0)
local failures, wait, told = tonumber(tried[3] or 0), tonumber(tried[4] or 0), tonumber(tried[5] or 0)
if ends <= now then count, ends = 0, now + window end
count = count + 1
local by, tells = 0, 0
if count > limit then
  by = 1
  if count == limit + 1 then tells = 1 end
elseif failures >= most or wait > now then
  by = failures >= most and 3 or 2
  tells = 1 - told
  told = 1
else
  failures = failures + 1
  if failures >= free then wait = now + math.min(first * 2 ^ (failures - free), longest) end
end
redis.call('HSET', KEYS[1], 'count', count, 'ends', string.format('%.0f', ends), 'failures', failures, 'most', most,
  'wait', string.format('%.0f', wait), 'told', told)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(kept, ends - now, wait - now)))
return { by, tells }
`,
}

const SUCCEED = {
  name: 'rekeyBudgetSucceed',
  lua: `
local tried = redis.call('HMGET', KEYS[1], 'count', 'ends')
if not tried[1] then return 0 end
local time = redis.call('TIME')
local left = tonumber(tried[2]) - (time[1] * 1000 + math.floor(time[2] / 1000))
local count = tonumber(tried[1]) - tonumber(ARGV[1])
if count <= 0 or left <= 0 then return redis.call('DEL', KEYS[1]) end
redis.call('HDEL', KEYS[1], 'failures', 'most', 'wait', 'told')
redis.call('HSET', KEYS[1], 'count', count)
return redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left))
`,
}

/** A try is judged only where nobody has to wait: what is waited for now, it has brought itself. */
const WITHDRAW = {
  name: 'rekeyBudgetWithdraw',
  lua: `
local tried = redis.call('HMGET', KEYS[1], 'count', 'failures')
if not tried[1] then return 0 end
redis.call('HSET', KEYS[1], 'count', math.max(0, tonumber(tried[1]) - 1), 'failures', math.max(0, tonumber(tried[2] or 0) - 1), 'wait', 0)
return 1
`,
}

const ROW = {
  name: 'rekeyBudgetRow',
  lua: `
local tried = redis.call('HMGET', KEYS[1], 'failures', 'most', 'wait')
local time = redis.call('TIME')
local left = tonumber(tried[3] or 0) - (time[1] * 1000 + math.floor(time[2] / 1000))
return { tonumber(tried[1] or 0), tonumber(tried[2] or 0), math.max(0, left) }
`,
}

const CLEAR = {
  name: 'rekeyBudgetClear',
  lua: `
return redis.call('DEL', KEYS[1])
`,
}
