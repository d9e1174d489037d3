import type { PoolConfig } from 'pg'
import { isLoopback } from '../../../config/loopback.js'
import type { PostgresAddress } from './settings.js'

/** The parts of an address. */
export interface AddressParts {
  /** A host, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  readonly tls: 'verify' | 'off'
}

const PARAMETERS = new Set(['sslmode', 'host'])

/**
 * Reads `postgres://user:password@host:5432/database`. `?sslmode=` may stand behind it, where anything but `disable` means a verified
 * connection, and `?host=/folder` names a Unix socket.
 * @returns undefined for what is no such address.
 */
export function readAddress(text: string): AddressParts | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if ((url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') || url.hash !== '') return undefined
  if ([...url.searchParams.keys()].some((name) => !PARAMETERS.has(name))) return undefined
  const socket = url.searchParams.get('host')
  if (socket !== null && !socket.startsWith('/')) return undefined
  const host = socket ?? url.hostname.replace(/^\[(.*)\]$/, '$1')
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded)
  if (!host || !user || !database || password === undefined) return undefined
  const isLocal = socket !== null || isLoopback(host)
  const mode = url.searchParams.get('sslmode')
  const tls = (mode === null ? isLocal : mode === 'disable') ? 'off' : 'verify'
  return { host, port: url.port === '' ? 5432 : Number(url.port), user, password, database, tls }
}

/** Whether what is said to the database crosses a network unprotected. */
export function goesInClear({ url, tls }: Pick<PostgresAddress, 'url' | 'tls'>): boolean {
  const parts = readAddress(url.reveal())
  return parts !== undefined && (tls ?? parts.tls) === 'off' && !parts.host.startsWith('/') && !isLoopback(parts.host)
}

/** What the driver is told. Everything is said, so that no `PG…` variable of the environment changes anything. */
export function poolConfig(address: PostgresAddress): PoolConfig {
  const parts = readAddress(address.url.reveal())
  if (parts === undefined) throw new RangeError('that is no address of a PostgreSQL database')
  const { tls, ...where } = parts
  return {
    ...where,
    ssl: (address.tls ?? tls) === 'off' ? false : { rejectUnauthorized: true, ...(address.ca !== undefined && { ca: address.ca }) },
    application_name: 'rekey',
    max: address.connections,
    connectionTimeoutMillis: address.connectTimeoutMs,
    statement_timeout: address.queryTimeoutMs,
    lock_timeout: address.queryTimeoutMs,
    idle_in_transaction_session_timeout: address.queryTimeoutMs * 2,
    // For a server that does not answer at all, not even that it took too long.
    query_timeout: address.queryTimeoutMs + 1_000,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    // So that a pool finds the new server behind a name, and a balancer's new members.
    maxLifetimeSeconds: 1_800,
  }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
