import { connect } from 'node:tls'
import { tlsOptions } from './connect-redis.js'
import type { RedisNode, RedisSettings } from './redis-settings.js'

/**
 * Why TLS with Sentinels or nodes of a Cluster does not come about: the client keeps that to itself, and says only that it found nobody. Waits
 * `timeoutMs` at most.
 * @returns the errors of the system or of OpenSSL, with their codes; none where TLS is not spoken, or of one Redis, whose connection has told.
 */
export async function handshakeFaults({ place, tls, timeoutMs }: RedisSettings): Promise<readonly Error[]> {
  if (place.is === 'server' || tls === undefined) return []
  const options = await tlsOptions(tls)
  const faults = await Promise.all(place.nodes.map((node) => shakeHands(node, options, timeoutMs)))
  return faults.filter((fault) => fault !== undefined)
}

function shakeHands({ host, port }: RedisNode, options: Awaited<ReturnType<typeof tlsOptions>>, timeoutMs: number) {
  return new Promise<Error | undefined>((resolve) => {
    const socket = connect({ ...options, host, port })
    const end = (fault?: Error): void => {
      socket.destroy()
      resolve(fault)
    }
    socket.setTimeout(timeoutMs, () => end(new Error('timed out')))
    socket.once('error', end)
    socket.once('secureConnect', () => end())
  })
}
