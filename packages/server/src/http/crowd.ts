import type { Socket } from 'node:net'
import { addressBlock } from '@rekey/core'
import { clientAddress, NOBODY, type TrustedProxies } from './client-address.js'

/** Counts open connections by address (IPv6: by /64), and drops those that are too many. Trusted proxies bring everybody, and are not counted. */
export class Crowd {
  readonly #open = new Map<string, number>()

  constructor(
    private readonly most: number,
    private readonly trusted: TrustedProxies,
  ) {}

  /** Addresses that have a connection. */
  get size(): number {
    return this.#open.size
  }

  /** @returns whether the connection may stay; one that may not is destroyed. */
  admit(socket: Socket): boolean {
    const address = clientAddress(socket.remoteAddress, [], NOBODY)
    if (this.trusted.has(address)) return true
    const block = addressBlock(address)
    const open = this.#open.get(block) ?? 0
    if (open >= this.most) {
      socket.destroy()
      return false
    }
    this.#open.set(block, open + 1)
    socket.once('close', () => this.#leave(block))
    return true
  }

  #leave(block: string): void {
    const left = (this.#open.get(block) ?? 0) - 1
    if (left > 0) this.#open.set(block, left)
    else this.#open.delete(block)
  }
}
