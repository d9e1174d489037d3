// How codes come from the mails of a server to whoever plays conversations, who waits for them as people do: lines of name and code over one connection, many
// in one packet, so that the server spends next to nothing on it.
import { connect, createServer } from 'node:net'

const FLUSH_MS = 1
/** Mails of a crowd are handed out beside its requests. */
const PATIENCE_MS = 300_000
const CODE = /^\s*(\d{6}|\d{8})\s*$/m

/** The server's end. @returns {Promise<{ port: number, put(mail: { to: string, text: string }): void, tell(name: string, code: string): void }>} */
export async function openMailbox() {
  const readers = new Set()
  let lines = []
  const server = createServer((socket) => {
    readers.add(socket.setNoDelay(true))
    socket.on('error', () => undefined).on('close', () => readers.delete(socket))
  })
  const flush = () => {
    const packet = lines.join('')
    lines = []
    for (const reader of readers) reader.write(packet)
  }
  const tell = (name, code) => {
    if (lines.length === 0) setTimeout(flush, FLUSH_MS)
    lines.push(`${name} ${code}\n`)
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  return {
    port: server.address().port,
    put({ to, text }) {
      const [, code] = CODE.exec(text) ?? []
      if (code !== undefined) tell(to.slice(0, to.indexOf('@')), code)
    },
    tell,
  }
}

/**
 * The reader's end, of the mailboxes of all servers that may send a mail.
 * @param {readonly number[]} ports
 * @returns {Promise<{ codeOf(name: string): Promise<string>, close(): void }>} `codeOf`: of the one mail to somebody, once it is there.
 */
export async function readMailbox(ports) {
  const codes = new Map()
  const waiting = new Map()
  const put = (name, code) => {
    const hear = waiting.get(name)
    waiting.delete(name)
    if (hear) hear(code)
    else codes.set(name, code)
  }
  const sockets = await Promise.all(ports.map((port) => listen(port, put)))
  return {
    codeOf(name) {
      const code = codes.get(name)
      codes.delete(name)
      if (code !== undefined) return Promise.resolve(code)
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('a mail with a code did not come')), PATIENCE_MS)
        waiting.set(name, (found) => {
          clearTimeout(late)
          resolve(found)
        })
      })
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function listen(port, put) {
  const socket = connect({ host: '127.0.0.1', port })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let rest = ''
  socket.on('data', (bytes) => {
    const lines = `${rest}${bytes.toString('latin1')}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) put(...line.split(' '))
  })
  return socket
}
