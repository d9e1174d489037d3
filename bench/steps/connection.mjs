// One keep-alive connection of the load, with as little of a client between as can be: a request is written as a whole, and its answer is there when as many
// bytes came as its head says, or the last of its chunks.
import { connect } from 'node:net'

/** Thousands may wait for one server. */
const PATIENCE_MS = 120_000
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n')

export class Connection {
  #url
  #socket
  #chunks = []
  #waiting
  #isClosed = true

  /** One that is connected already; another connects at its first request. @returns {Promise<Connection>} */
  static async open(url) {
    const connection = new Connection(url)
    await connection.#open()
    return connection
  }

  constructor(url) {
    this.#url = url
  }

  async #open() {
    const { hostname, port } = new URL(this.#url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.setTimeout(PATIENCE_MS, () => this.#waiting && socket.destroy(new Error('no answer')))
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('the server has closed the connection')))
    this.#socket = socket
    this.#isClosed = false
  }

  /** @returns {Promise<{ us: number, status: number, cookies: readonly string[], text: string }>} `us`: microseconds from the first byte out to the last one in. */
  async send({ method, target, headers = {}, body }) {
    // Servers take so many requests on one connection.
    if (this.#isClosed) await this.#open()
    const text = body === undefined ? '' : JSON.stringify(body)
    const typed = body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`
    const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const bytes = `${method} ${target} HTTP/1.1\r\nHost: id.example.com\r\n${typed}${own.join('')}\r\n${text}`
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('the server has closed the connection'))
      this.#chunks = []
      this.#waiting = { resolve, reject, begun: performance.now() }
      this.#socket.write(bytes)
    })
  }

  /** At once: thousands of addresses that linger would be missed by the next turn. */
  close() {
    this.#waiting = undefined
    this.#socket?.resetAndDestroy()
  }

  #take(chunk) {
    this.#chunks.push(chunk)
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1 || !this.#waiting) return
    const head = bytes.toString('latin1', 0, end)
    const text = bodyOf(head, bytes.subarray(end + 2))
    if (text === undefined) return
    const { resolve, begun } = this.#waiting
    this.#waiting = undefined
    this.#isClosed = /^connection: close\r?$/im.test(head)
    if (this.#isClosed) this.#socket.destroy()
    resolve({
      us: (performance.now() - begun) * 1_000,
      status: Number(head.slice(9, 12)),
      cookies: [...head.matchAll(/^set-cookie: ([^;\r\n]+)/gim)].map(([, cookie]) => cookie),
      text,
    })
  }
}

/** @param {Buffer} rest from the line end before the body. @returns {string | undefined} undefined while some of it is to come. */
function bodyOf(head, rest) {
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  if (!/^transfer-encoding: chunked/im.test(head)) return rest.length < 2 + length ? undefined : rest.toString('utf8', 2, 2 + length)
  if (!rest.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) return undefined
  const parts = []
  for (let at = 2; ;) {
    const line = rest.indexOf('\r\n', at)
    const size = Number.parseInt(rest.toString('latin1', at, line), 16)
    if (size === 0) return Buffer.concat(parts).toString('utf8')
    parts.push(rest.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
