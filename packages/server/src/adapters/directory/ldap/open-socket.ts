import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { BerReader } from 'ldapts'
import { protectionOf, type LdapHost } from './address.js'
import { faultOf, LdapFault } from './ldap-fault.js'
import type { LdapAddress } from './settings.js'

/** StartTLS as the first message of a connection. Source: RFC 4511 section 4.14.1. */
const START_TLS = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
])
const EXTENDED_RESPONSE = 0x78
/** Longest answer to StartTLS, in bytes. */
const MAX_ANSWER_BYTES = 4_096

/**
 * Opens a connection, with verified TLS where the address wants it. The library's own StartTLS sets no limit to the handshake, and keeps
 * what a stranger on the way has put behind the answer; so the connection is made here and handed over whole.
 * @param whenOpened told of the socket at once, so that whoever limits the wait can end it.
 * @throws LdapFault
 */
export async function openSocket(
  host: LdapHost,
  { tls, ca }: Pick<LdapAddress, 'tls' | 'ca'>,
  whenOpened: (socket: Socket) => void,
): Promise<Socket> {
  const secure = {
    host: host.host,
    rejectUnauthorized: true,
    ...(isIP(host.host) === 0 && { servername: host.host }),
    ...(ca !== undefined && { ca }),
  }
  const protection = protectionOf(host, tls)
  if (protection === 'tls') return ready(connectTls({ ...secure, port: host.port }), 'secureConnect', whenOpened)
  const plain = await ready(connect({ host: host.host, port: host.port }), 'connect', whenOpened)
  if (protection === 'none') return plain
  await startTls(plain)
  return ready(connectTls({ ...secure, socket: plain }), 'secureConnect', whenOpened)
}

async function ready<S extends Socket>(socket: S, event: string, whenOpened: (socket: Socket) => void): Promise<S> {
  // A socket that is ended from outside says so by `close` alone; and an error after that wait must not end the process.
  socket.on('error', () => undefined)
  whenOpened(socket)
  socket.setKeepAlive(true)
  socket.setNoDelay(true)
  await first(socket, event)
  return socket
}

async function first(socket: Socket, event: string): Promise<unknown> {
  const over = new AbortController()
  const closed = once(socket, 'close', { signal: over.signal }).then(() => {
    throw new LdapFault('CLOSED')
  })
  try {
    return await Promise.race([once(socket, event, { signal: over.signal }), closed])
  } catch (error) {
    socket.destroy()
    throw faultOf(error)
  } finally {
    over.abort()
    closed.catch(() => undefined)
  }
}

async function startTls(socket: Socket): Promise<void> {
  socket.write(START_TLS)
  let answer = Buffer.alloc(0)
  for (;;) {
    await first(socket, 'readable')
    for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) answer = Buffer.concat([answer, chunk])
    const verdict = judge(answer)
    if (verdict === 'accepted') return
    if (verdict === 'more' && answer.length < MAX_ANSWER_BYTES) continue
    socket.destroy()
    throw new LdapFault('NO_TLS')
  }
}

/** What a server says to StartTLS. Whatever stands behind a yes came from somebody on the way: nothing may, before TLS has begun. */
function judge(answer: Buffer): 'accepted' | 'refused' | 'more' {
  const reader = new BerReader(answer)
  try {
    if (reader.readSequence() === null || reader.remain < reader.length) return 'more'
    if (reader.remain > reader.length) return 'refused'
    reader.readInt()
    if (reader.readSequence() !== EXTENDED_RESPONSE) return 'refused'
    return reader.readEnumeration() === 0 ? 'accepted' : 'refused'
  } catch {
    return 'refused'
  }
}
