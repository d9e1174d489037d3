import { createHash } from 'node:crypto'
import { Command } from 'ioredis'
import type { RedisCommands } from './redis-client.js'

export type ScriptArgument = string | number | Buffer

/** Runs one script: one call, one atomic act. Bulk strings of the answer come as buffers. */
export type Script = (keys: readonly string[], args: readonly ScriptArgument[]) => Promise<unknown>

export interface ScriptSource {
  /** What it goes by in figures. */
  readonly name: string
  readonly lua: string
}

/** Registers a script with a client. It is sent whole once over each connection and called by its digest (EVALSHA) from then on. */
export function defineScript(redis: RedisCommands, { lua }: ScriptSource): Script {
  const script: Known = { lua, digest: createHash('sha1').update(lua).digest('hex'), sockets: new WeakSet() }
  return async (keys, args) => {
    const given = [keys.length, ...keys, ...args]
    try {
      return await redis.sendCommand(new ScriptCall(script, given))
    } catch (error) {
      // A Redis that has lost its scripts and kept the connection.
      if (!String(error).includes('NOSCRIPT')) throw error
      script.sockets = new WeakSet()
      return redis.sendCommand(new ScriptCall(script, given))
    }
  }
}

interface Known {
  readonly lua: string
  readonly digest: string
  /** Connections that the script was sent over. */
  sockets: WeakSet<object>
}

/** A call of a script, which is written out in one piece: the client writes each argument for itself. */
class ScriptCall extends Command {
  constructor(
    private readonly script: Known,
    given: readonly ScriptArgument[],
  ) {
    super('evalsha')
    this.args = [script.digest, ...given]
  }

  override toWritable(socket: object): Buffer | string {
    const { lua, digest, sockets } = this.script
    const isKnown = sockets.has(socket)
    if (!isKnown) sockets.add(socket)
    this.name = isKnown ? 'evalsha' : 'eval'
    this.args[0] = isKnown ? digest : lua
    return written(this.name, this.args)
  }
}

/** Source: Redis serialization protocol: a command is an array of bulk strings, each with its length in bytes before it. */
function written(name: string, args: Command['args']): Buffer | string {
  let text = `*${args.length + 1}\r\n$${name.length}\r\n${name}\r\n`
  const pieces: (string | Buffer)[] = []
  for (const arg of args) {
    if (Buffer.isBuffer(arg)) {
      pieces.push(`${text}$${arg.length}\r\n`, arg)
      text = '\r\n'
    } else {
      const value = String(arg)
      text += `$${Buffer.byteLength(value)}\r\n${value}\r\n`
    }
  }
  if (pieces.length === 0) return text
  pieces.push(text)
  return inOne(pieces)
}

function inOne(pieces: readonly (string | Buffer)[]): Buffer {
  let length = 0
  for (const piece of pieces) length += Buffer.byteLength(piece)
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const piece of pieces) at += typeof piece === 'string' ? bytes.write(piece, at) : piece.copy(bytes, at)
  return bytes
}
