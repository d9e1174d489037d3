import { bareHost, isLoopback } from '../../../config/loopback.js'
import type { LdapAddress } from './settings.js'

/** The parts of an address. */
export interface LdapHost {
  readonly host: string
  readonly port: number
  /** True for `ldaps://`, which speaks TLS from the first byte. */
  readonly isTls: boolean
}

/** Reads `ldap://host:389` or `ldaps://host:636`. @returns undefined for what is no such address, or says more than a host and a port. */
export function readLdapUrl(text: string): LdapHost | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  if ((protocol !== 'ldap:' && protocol !== 'ldaps:') || hostname === '') return undefined
  if (username !== '' || password !== '' || (pathname !== '' && pathname !== '/') || search !== '' || hash !== '') return undefined
  const isTls = protocol === 'ldaps:'
  return { host: bareHost(hostname), port: port === '' ? (isTls ? 636 : 389) : Number(port), isTls }
}

/** How the connection to a host is protected. */
export function protectionOf({ host, isTls }: LdapHost, tls: LdapAddress['tls']): 'tls' | 'startTls' | 'none' {
  if (isTls) return 'tls'
  return (tls ?? (isLoopback(host) ? 'off' : 'verify')) === 'verify' ? 'startTls' : 'none'
}

/** Whether passwords cross a network unprotected. */
export function goesInClear({ urls, tls }: Pick<LdapAddress, 'urls' | 'tls'>): boolean {
  return urls.some((url) => {
    const host = readLdapUrl(url)
    return host !== undefined && protectionOf(host, tls) === 'none' && !isLoopback(host.host)
  })
}
