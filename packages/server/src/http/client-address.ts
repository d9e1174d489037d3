import { BlockList, isIP, isIPv4 } from 'node:net'

/** Tells whether an address belongs to a proxy of ours. */
export interface TrustedProxies {
  has(address: string): boolean
}

/** What is trusted where no proxy is. */
export const NOBODY: TrustedProxies = { has: () => false }

/**
 * Reads a list of addresses and networks: `10.0.0.0/8`, `::1`.
 * @throws TypeError naming the entry that is neither.
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix, ...more] = entry.split('/')
    const version = isIP(address)
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
    if (version === 0 || more.length > 0 || bits < 0 || bits > (version === 6 ? 128 : 32)) {
      throw new TypeError(`\`${entry}\` is no address and no network such as 10.0.0.0/8`)
    }
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4')
  }
  return { has: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') }
}

/**
 * The client's address: the socket's, unless that is a trusted proxy; then the rightmost hop of `X-Forwarded-For` that is none. No other
 * header is read. A hop that is no address ends the search: what stands further left was written by nobody we know.
 * @param forwarded values of `X-Forwarded-For` in the order received.
 * @returns a plain address; an IPv4 address that came in IPv6 clothes is IPv4.
 */
export function clientAddress(socket: string | undefined, forwarded: readonly string[], trusted: TrustedProxies): string {
  let address = plain(socket ?? '') ?? '0.0.0.0'
  if (forwarded.length === 0) return address
  const hops = forwarded.flatMap((value) => value.split(','))
  for (const hop of hops.toReversed()) {
    if (!trusted.has(address)) return address
    const next = plain(hop.trim())
    if (next === undefined) return address
    address = next
  }
  return address
}

/** `192.0.2.1` of `192.0.2.1:4711` and `::ffff:192.0.2.1`; `2001:db8::1` of `[2001:db8::1]:4711`; without a zone. */
function plain(text: string): string | undefined {
  if (isIPv4(text)) return text
  const bare = /^\[([^\]]{1,64})\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d[\d.]{6,14}):\d{1,5}$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').toLowerCase()
  if (isIP(address) === 0) return undefined
  return unmapped(address)
}

/** The IPv4 address behind an IPv6 one that stands for it, in any of its spellings. Source: RFC 4291 section 2.5.5.2. */
function unmapped(address: string): string {
  const [, text, high, low] = /^(?:::|(?:0{1,4}:){5})ffff:(?:(\d[\d.]{6,14})|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/.exec(address) ?? []
  if (text !== undefined) return text
  if (high === undefined || low === undefined) return address
  return [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.')
}
