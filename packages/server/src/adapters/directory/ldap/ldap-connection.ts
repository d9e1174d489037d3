import type { connect, Socket } from 'node:net'
import { Client, type Change, type Control, type Filter } from 'ldapts'
import { readLdapUrl } from './address.js'
import { LdapEntry } from './ldap-entry.js'
import { faultOf, LdapFault } from './ldap-fault.js'
import { openSocket } from './open-socket.js'
import type { LdapAddress } from './settings.js'

export interface Search {
  readonly base: string
  /** The entry itself, or it and all below it. */
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** More are not given; what a server gives is cut there without a word. */
  readonly sizeLimit?: number
}

/**
 * One connection, the only place that knows the library's client. It is never opened again: the library would come back as nobody without a
 * word, and what nobody may read would be taken for what is not there.
 */
export class LdapConnection {
  readonly openedAt: number
  usedAt: number
  readonly #client: Client
  readonly #timeoutMs: number

  private constructor(socket: Socket, timeoutMs: number, now: number) {
    this.openedAt = now
    this.usedAt = now
    this.#timeoutMs = timeoutMs
    let handedOver = false
    const handOver = (): Socket => {
      if (handedOver) throw new LdapFault('CLOSED')
      handedOver = true
      return socket
    }
    // The library calls it with a port and a host and wants nothing but a socket; its type names all forms of `net.connect`.
    const createConnection = handOver as typeof connect
    this.#client = new Client({ url: 'ldap://localhost', timeout: timeoutMs, connectTimeout: timeoutMs, createConnection })
  }

  /** @param login what is done before the connection is fit for use. @throws LdapFault, after `connectTimeoutMs` at the latest. */
  static async open(url: string, address: LdapAddress, login: (connection: LdapConnection) => Promise<void>): Promise<LdapConnection> {
    const host = readLdapUrl(url)
    if (host === undefined) throw new RangeError('that is no address of an LDAP server')
    let opened: Socket | undefined
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      opened?.destroy()
    }, address.connectTimeoutMs)
    try {
      const socket = await openSocket(host, address, (one) => {
        opened = one
      })
      const connection = new LdapConnection(socket, address.queryTimeoutMs, performance.now())
      await login(connection)
      return connection
    } catch (error) {
      opened?.destroy()
      throw isLate ? new LdapFault('TIMEOUT') : faultOf(error)
    } finally {
      clearTimeout(timer)
    }
  }

  get isOpen(): boolean {
    return this.#client.isConnected
  }

  async bind(dn: string, password: string, controls: readonly Control[] = []): Promise<void> {
    // A bind without a password is no proof of anything: servers take it for that of nobody. Source: RFC 4513 section 5.1.2.
    if (dn === '' || password === '') throw new RangeError('nobody binds without a name and a password')
    await this.#client.bind(dn, password, [...controls])
  }

  async search({ base, scope, filter, attributes, sizeLimit }: Search): Promise<readonly LdapEntry[]> {
    const asked = { scope, filter, attributes: [...attributes], timeLimit: Math.ceil(this.#timeoutMs / 1_000) }
    // Bytes that happen to be text are given as text all the same; `LdapEntry` reads both.
    const { searchEntries } = await this.#client.search(base, { ...asked, ...(sizeLimit !== undefined && { sizeLimit }) })
    return searchEntries.map((entry) => new LdapEntry(entry))
  }

  async modify(dn: string, changes: readonly Change[], controls: readonly Control[]): Promise<void> {
    await this.#client.modify(dn, [...changes], [...controls])
  }

  async close(): Promise<void> {
    await this.#client.unbind().catch(() => undefined)
  }
}
