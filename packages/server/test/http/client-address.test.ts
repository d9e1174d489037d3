import { describe, expect, test } from 'vitest'
import { clientAddress, trustedProxies } from '../../src/http/client-address.js'

const PROXIES = ['10.0.0.0/8', '127.0.0.1', '2001:db8:ffff::/48', '::1']

describe('clientAddress (SEC-29)', () => {
  test.for<readonly [string, string | undefined, readonly string[], string]>([
    ['the socket', '192.0.2.1', [], '192.0.2.1'],
    ['the socket whatever a stranger says', '192.0.2.1', ['203.0.113.9'], '192.0.2.1'],
    ['an IPv4 socket in IPv6 clothes', '::ffff:192.0.2.1', [], '192.0.2.1'],
    ['a trusted socket in IPv6 clothes', '::ffff:10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['a trusted socket with nothing said', '10.0.0.1', [], '10.0.0.1'],
    ['the last hop', '10.0.0.1', ['198.51.100.7, 203.0.113.9'], '203.0.113.9'],
    ['the hop before two proxies', '10.0.0.1', ['198.51.100.7, 203.0.113.9, 10.1.1.1'], '203.0.113.9'],
    ['a header sent twice', '10.0.0.1', ['198.51.100.7', '203.0.113.9'], '203.0.113.9'],
    ['the first of proxies only', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['the last known hop before noise', '10.0.0.1', ['203.0.113.9, unknown, 10.0.0.2'], '10.0.0.2'],
    ['a hop with a port', '10.0.0.1', ['203.0.113.9:4711'], '203.0.113.9'],
    ['an IPv6 hop', '2001:db8:ffff::1', ['2001:DB8::9'], '2001:db8::9'],
    ['an IPv6 hop with a port', '::1', ['[2001:db8::9]:4711'], '2001:db8::9'],
    ['an IPv6 socket with a zone', 'fe80::1%eth0', [], 'fe80::1'],
    ['an IPv4 socket in hexadecimal IPv6 clothes', '::ffff:c000:201', [], '192.0.2.1'],
    ['an IPv4 hop in the longest IPv6 clothes', '10.0.0.1', ['0:0:0:0:0:ffff:cb00:7109'], '203.0.113.9'],
    ['a trusted hop in hexadecimal clothes', '10.0.0.1', ['203.0.113.9, ::ffff:a01:101'], '203.0.113.9'],
    ['a hop with blanks around it', '10.0.0.1', ['  203.0.113.9 \t'], '203.0.113.9'],
    ['the last known hop before a name', '10.0.0.1', ['client.example'], '10.0.0.1'],
    ['the last known hop before a number', '10.0.0.1', ['3232235521'], '10.0.0.1'],
    ['the last known hop before what Forwarded would say', '10.0.0.1', ['for=203.0.113.9'], '10.0.0.1'],
    ['no socket', undefined, ['203.0.113.9'], '0.0.0.0'],
    ['an empty hop', '10.0.0.1', [''], '10.0.0.1'],
  ])('is %s', ([, socket, forwarded, address]) => {
    expect(clientAddress(socket, forwarded, trustedProxies(PROXIES))).toBe(address)
  })

  test.for(['proxy.example', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '::1/129', '', '10.0.0'])('refuses %j as a network', (entry) => {
    expect(() => trustedProxies([entry])).toThrow(`\`${entry}\` is no address and no network such as 10.0.0.0/8`)
  })
})

test('SEC-29 of 10 000 forged hops none moves a stranger, and behind a proxy none moves who the proxy saw', () => {
  const trusted = trustedProxies(PROXIES)
  const seen = new Set<string>()
  for (let spoof = 0; spoof < 10_000; spoof++) {
    const forged =
      [`203.0.${spoof % 256}.${spoof >> 8}`, `2001:db8:${spoof.toString(16)}::1`, `10.0.0.${spoof % 256}`, `x${spoof}`][spoof % 4] ?? ''
    seen.add(clientAddress('192.0.2.1', [forged], trusted))
    seen.add(clientAddress('10.0.0.1', [forged, `${forged}, 192.0.2.1`], trusted))
    seen.add(clientAddress('10.0.0.1', [`${forged},192.0.2.1, 10.0.0.7`], trusted))
  }
  expect([...seen]).toEqual(['192.0.2.1'])
})
