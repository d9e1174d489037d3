// One keep-alive connection on which requests are timed, as little of the client between them as can be: a request is written as a whole, and its
// answer is there when as many bytes came as its head says.
import { connect } from 'node:net'

const PATIENCE_MS = 30_000

export class Connection {
  #socket
  #chunks = []
  #waiting

  static async open(url) {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Connection(socket)
  }

  constructor(socket) {
    this.#socket = socket
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('the server has closed the connection')))
  }

  /** @returns {Promise<{ us: number, status: number, cookies: readonly string[], text: string }>} `us`: microseconds from the first byte out to the last one in. */
  send({ method, target, headers = {}, body }) {
    const text = body === undefined ? '' : JSON.stringify(body)
    const all = {
      Host: 'id.example.com',
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      ...headers,
    }
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n${text}`)
    return new Promise((resolve, reject) => {
      this.#chunks = []
      this.#waiting = { resolve, reject, begun: process.hrtime.bigint() }
      this.#socket.write(bytes)
    })
  }

  close() {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #take(chunk) {
    const now = process.hrtime.bigint()
    this.#chunks.push(chunk)
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = bytes.subarray(0, end).toString('latin1')
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
    if (bytes.length < end + 4 + length || !this.#waiting) return
    const { resolve, begun } = this.#waiting
    this.#waiting = undefined
    resolve({
      us: Number(now - begun) / 1_000,
      status: Number(head.slice(9, 12)),
      cookies: [...head.matchAll(/^set-cookie: ([^;\r\n]+)/gim)].map(([, cookie]) => cookie),
      text: bytes.subarray(end + 4).toString('utf8'),
    })
  }
}
