import type { Secret } from '@rekey/core'

/** How the store is reached. */
export interface RedisSettings {
  readonly place: RedisPlace
  /** User and password for Redis itself, where an address does not hold them. */
  readonly user?: string
  readonly password?: Secret
  /** Absent for what is spoken in clear; an address of its own says it itself. */
  readonly tls?: RedisTls
  /** Milliseconds that a call may take, and that the connection may take to come up. */
  readonly timeoutMs: number
}

export type RedisPlace =
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  | { readonly is: 'server'; readonly url: Secret }
  | {
      readonly is: 'sentinel'
      readonly nodes: readonly RedisNode[]
      readonly name: string
      readonly user?: string
      readonly password?: Secret
      readonly database: number
    }
  | { readonly is: 'cluster'; readonly nodes: readonly RedisNode[] }

export interface RedisNode {
  readonly host: string
  readonly port: number
}

/** Certificates are verified always. Paths are absolute. */
export interface RedisTls {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
}

/** Reads `host:port`; IPv6 addresses stand in brackets. @returns undefined for anything else. */
export function readNode(text: string): RedisNode | undefined {
  const [, bracketed, bare, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? bare
  const port = Number(digits)
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port }
}

/** The place as people name it, without any secret. */
export function shownPlace(place: RedisPlace): string {
  if (place.is === 'server') return new URL(place.url.reveal()).host
  const names = place.nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ')
  return place.is === 'sentinel' ? `\`${place.name}\` behind the Sentinels ${names}` : names
}
