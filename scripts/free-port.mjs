import { createServer } from 'node:net'

/** A TCP port of the loopback address that nobody listens on. @returns {Promise<number>} */
export async function freePort() {
  const [port] = await freePorts(1)
  return port
}

/** So many of them, no two alike: all are held until the last is found. @returns {Promise<number[]>} */
export async function freePorts(count) {
  const held = await Promise.all(Array.from({ length: count }, () => listenOn(0)))
  await Promise.all(held.map(({ close }) => close()))
  return held.map(({ port }) => port)
}

/**
 * Holds a port of the loopback address; any free one for 0.
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 * @throws where somebody listens on it.
 */
export function listenOn(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address()
      resolve({ port, close: () => new Promise((closed) => server.close(closed)) })
    })
  })
}
