import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'

/** A mail as a server took it. */
export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly secure: boolean
  readonly user: string | undefined
}

export interface MailServerWishes extends Pick<SMTPServerOptions, 'secure' | 'disabledCommands' | 'authOptional'> {
  /** Whose certificate it shows. */
  readonly certificate?: 'localhost' | 'elsewhere'
  /** A reply instead of yes: to a recipient, to a sender, or to a mail. */
  readonly refuse?: { readonly rcpt?: Refusal; readonly from?: Refusal; readonly data?: Refusal }
  /** Whether it never answers to a recipient. */
  readonly hangsAt?: (address: string) => boolean
  /** Called before a mail is taken, which waits until the other function is called. */
  readonly beforeTaking?: (take: () => void) => void
}

/** The code of a reply for an address or a mail; undefined for yes. */
type Refusal = (what: string) => number | undefined

export const USER = 'rekey'
export const PASSWORD = 'p4ss-of-the-mail-server'

const CERTIFICATES = new URL('./certificates/', import.meta.url)
/** Who has signed the certificates of all servers here. */
export const CA = new URL('ca.pem', CERTIFICATES).pathname

/** A mail server on a free port of this machine, which lets in `USER` and anybody. */
export async function mailServer({ certificate = 'localhost', refuse = {}, hangsAt, beforeTaking, ...options }: MailServerWishes = {}) {
  const mails: TakenMail[] = []
  const hanging: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = new SMTPServer({
    key: readFileSync(new URL(`${certificate}.key`, CERTIFICATES)),
    cert: readFileSync(new URL(`${certificate}.pem`, CERTIFICATES)),
    authOptional: true,
    // Whether a password is ever sent in clear is the client's to decide.
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 10,
    ...options,
    onConnect(_session, done) {
      connections++
      done()
    },
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === PASSWORD) done(null, { user: username })
      else done(refusal(535, `no log-in for ${username} with ${password}`))
    },
    onMailFrom: ({ address }, _session, done) => done(replyTo(refuse.from, address)),
    onRcptTo({ address }, _session, done) {
      if (hangsAt?.(address) !== true) return done(replyTo(refuse.rcpt, address))
      hanging.push(address)
    },
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8')
        const { mailFrom, rcptTo } = session.envelope
        const take = (): void => {
          const error = replyTo(refuse.data, raw)
          if (error) return done(error)
          const to = rcptTo.map(({ address }) => address)
          mails.push({ from: mailFrom === false ? '' : mailFrom.address, to, raw, secure: session.secure, user: session.user })
          done()
        }
        if (beforeTaking) beforeTaking(take)
        else take()
      })
    },
  })
  // A client that hangs up breaks its connection, and nothing else.
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    mails,
    /** Recipients that wait for an answer. */
    hanging,
    connections: () => connections,
    // Listening on a port, a server has an address of this form.
    port: (server.server.address() as AddressInfo).port,
    /** Ends all connections, and takes new ones. */
    hangUp(): void {
      for (const socket of sockets) socket.destroy()
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Reads a mail as a mail program does. */
export function parsed({ raw }: TakenMail) {
  return PostalMime.parse(raw)
}

function replyTo(refuse: Refusal | undefined, what: string): Error | null {
  const code = refuse?.(what)
  return code === undefined ? null : refusal(code, `no to ${what}`)
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
