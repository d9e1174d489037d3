import { DeadlinePassed } from '../deadline-passed.js'
import { LdapConnection } from './ldap-connection.js'
import { faultOf, LdapFault } from './ldap-fault.js'
import { NotOurTree } from './not-our-tree.js'
import type { LdapAddress } from './settings.js'

/** A connection that nothing was said on for so long may have been dropped on the way without a word, in milliseconds. */
const MAX_IDLE_MS = 30_000
/** So that a pool finds the new server behind a name, in milliseconds. */
const MAX_AGE_MS = 1_800_000
/** Busy and unavailable: another server may have time. */
const ELSEWHERE: readonly (number | undefined)[] = [51, 52]

/**
 * Connections to one of several servers that hold the same tree. Every wait has an end, and what ends badly is an `LdapFault`. Nothing is
 * tried twice: a broken connection is dropped, and the next call opens another one, at the next address where the last one does not answer.
 */
export class LdapPool {
  readonly #address: LdapAddress
  readonly #login: (connection: LdapConnection) => Promise<void>
  readonly #idle: LdapConnection[] = []
  readonly #waiting: (() => void)[] = []
  #free: number
  #at = 0
  #isClosed = false

  constructor(address: LdapAddress, login: (connection: LdapConnection) => Promise<void> = () => Promise.resolve()) {
    this.#address = address
    this.#login = login
    this.#free = address.connections
  }

  /** Lends a connection for as long as the work takes. @throws LdapFault, of the work too. */
  async with<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T> {
    await this.#turn()
    try {
      const connection = await this.#connection()
      try {
        return await work(connection)
      } catch (error) {
        throw isOurs(error) ? error : faultOf(error)
      } finally {
        await this.#takeBack(connection)
      }
    } finally {
      this.#passOn()
    }
  }

  /** Lets go of all connections; one that is at work goes once it is done. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()))
  }

  async #turn(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        reject(new LdapFault('TIMEOUT'))
      }, this.#address.connectTimeoutMs)
      this.#waiting.push(go)
    })
  }

  /** Gives the turn to the first who waits; nobody who comes later can take it before them. */
  #passOn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }

  async #connection(): Promise<LdapConnection> {
    if (this.#isClosed) throw new LdapFault('CLOSED')
    const now = performance.now()
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isOpen && now - idle.usedAt < MAX_IDLE_MS && now - idle.openedAt < MAX_AGE_MS) return idle
      await idle.close()
    }
    return this.#open()
  }

  async #open(): Promise<LdapConnection> {
    const { urls } = this.#address
    let fault = new LdapFault('CLOSED')
    for (let left = urls.length; left > 0; left--) {
      const at = this.#at
      try {
        return await LdapConnection.open(urls[at % urls.length] ?? '', this.#address, this.#login)
      } catch (error) {
        if (!(error instanceof LdapFault)) throw error
        fault = error
        // What one server has said no to, the others would as well; and asked again they would lock the account that asks.
        if (fault.result !== undefined && !ELSEWHERE.includes(fault.result)) throw fault
        // Unless somebody else has gone on already.
        if (this.#at === at) this.#at = (at + 1) % urls.length
      }
    }
    throw fault
  }

  async #takeBack(connection: LdapConnection): Promise<void> {
    connection.usedAt = performance.now()
    if (connection.isOpen && !this.#isClosed) this.#idle.push(connection)
    else await connection.close()
  }
}

/** Errors that hold no words of the server. */
function isOurs(error: unknown): boolean {
  return error instanceof DeadlinePassed || error instanceof NotOurTree || error instanceof RangeError
}
