import type { RedisCommands } from './redis-client.js'

export type ScriptArgument = string | number | Buffer

/** Runs one script: one call, one atomic act. Bulk strings of the answer come as buffers. */
export type Script = (keys: readonly string[], args: readonly ScriptArgument[]) => Promise<unknown>

export interface ScriptSource {
  /** Unique among all scripts of a client. */
  readonly name: string
  readonly lua: string
}

/** Registers a script with a client. It is sent whole once for each server and called by its digest (EVALSHA) from then on. */
export function defineScript(redis: RedisCommands, { name, lua }: ScriptSource): Script {
  redis.defineCommand(name, { lua })
  const method: unknown = Reflect.get(redis, `${name}Buffer`)
  if (typeof method !== 'function') throw new TypeError(`the client did not take the script \`${name}\``)
  return (keys, args) => Promise.resolve(Reflect.apply(method, redis, [keys.length, ...keys, ...args]))
}
