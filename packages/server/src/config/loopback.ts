import { BlockList, isIP } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether an address to listen on can be reached from this machine only. A name other than `localhost` may mean anything. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host)
  const family = isIP(bare)
  return family === 0 ? bare.toLowerCase() === 'localhost' : LOOPBACK.check(bare, family === 6 ? 'ipv6' : 'ipv4')
}

/** A host as it stands in a URL: IPv6 in brackets. */
export function urlHost(host: string): string {
  const bare = bareHost(host)
  return isIP(bare) === 6 ? `[${bare}]` : bare
}

/** A host without the brackets of a URL. */
export function bareHost(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
