import type { Redis } from 'ioredis'

/**
 * Lets the commands that one turn of the event loop gives travel together, in their order; each still has its answer, and its fault, to itself.
 * The client could gather them by itself (`enableAutoPipelining`), which costs more than to send them one by one.
 */
export function sendTogether<C extends Redis>(redis: C): C {
  const send = redis.sendCommand.bind(redis)
  let held: Redis['stream'] | undefined
  const letGo = (): void => {
    held?.uncork()
    held = undefined
  }
  const sendHeld: Redis['sendCommand'] = (command, stream) => {
    // There is none as long as the client has never been connected.
    const current: Redis['stream'] | undefined = redis.stream
    if (held === undefined && current !== undefined) {
      held = current
      held.cork()
      setImmediate(letGo)
    }
    return send(command, stream)
  }
  Reflect.set(redis, 'sendCommand', sendHeld)
  return redis
}
