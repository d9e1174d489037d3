/** What a budget counts an address by: an IPv4 address as it is, an IPv6 address by its /64, for one subscriber has that many addresses. */
export function addressBlock(address: string): string {
  return address.includes(':') && !address.includes('.') ? expandIpv6(address).slice(0, 4).join(':') : address
}

function expandIpv6(address: string): readonly string[] {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
}
