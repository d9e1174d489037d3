import { isIP } from 'node:net'
import { parseDuration } from '@rekey/core'
import { reachableBy } from './loopback-only.js'
import type { Opening } from './loopback-only.js'
import { parseRate } from './rate.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigPath, ConfigSource } from './source.js'

/** Longer than any connection may hang; the clocks of Node cannot be set to a month. */
const MAX_HTTP_SECONDS = 3_600

/** Checks what a JSON Schema cannot say, value by value. */
export function checkValues(config: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const value = (path: ConfigPath, good: boolean, message: string, help?: string): void => {
    if (!good) faults.push(source.fault('config-value', path, { message, ...(help !== undefined && { help }) }))
  }

  value(['host'], isHost(config.host), '`host` takes an IP address or a host name')
  if (config.publicUrl !== undefined) {
    value(
      ['publicUrl'],
      isOrigin(config.publicUrl),
      '`publicUrl` takes a scheme, a host and, where needed, a port, and nothing else',
      'as in `https://id.example.com`',
    )
  }
  value(['mail', 'from'], isSender(config.mail.from), '`mail.from` takes an address, or a name and an address in angle brackets')

  const rates = [
    [['limits', 'failures', 'principal'], config.limits.failures.principal],
    [['limits', 'starts', 'address'], config.limits.starts.address],
    [['limits', 'starts', 'store'], config.limits.starts.store],
    [['limits', 'messages', 'destination'], config.limits.messages.destination],
    [['limits', 'messages', 'flow'], config.limits.messages.flow],
  ] as const
  for (const [path, rate] of rates) {
    value(
      path,
      rate === undefined || parseRate(rate) !== undefined,
      `\`${path.join('.')}\` takes a count and a window, 30 days at most`,
      'as in `5/h` or `3/15m`',
    )
  }
  const { headersTimeout, requestTimeout } = config.http
  value(
    ['http', 'requestTimeout'],
    (parseDuration(requestTimeout) ?? 0) >= (parseDuration(headersTimeout) ?? 0),
    '`http.requestTimeout` is less than `headersTimeout`, which is a part of it',
  )
  for (const key of ['headersTimeout', 'requestTimeout', 'idleTimeout', 'keepAliveTimeout'] as const)
    value(['http', key], (parseDuration(config.http[key]) ?? 0) <= MAX_HTTP_SECONDS, `\`http.${key}\` takes an hour at most`)
  config.trustedProxies.forEach((network, index) => {
    value(
      ['trustedProxies', index],
      isNetwork(network),
      '`trustedProxies` takes networks in CIDR notation',
      'as in `10.0.0.0/8` or `fd00::/8`',
    )
  })
  const { minLength, maxLength } = config.passwords.rules
  const swapped = minLength !== undefined && maxLength !== undefined && minLength > maxLength
  value(['passwords', 'rules', 'maxLength'], !swapped, '`passwords.rules.maxLength` is less than `minLength`')
  const opening = reachableBy(config)
  if (config.dev === true && opening !== undefined)
    faults.push(source.fault('config-dev-exposed', ['dev'], { ...exposed(opening), label: 'not here' }))
  return faults
}

function exposed({ key, shown }: Opening): { readonly message: string; readonly help: string } {
  switch (key) {
    case 'host':
      return {
        message: `\`dev: true\` is refused on \`${shown}\`, which others can reach`,
        help: 'listen on `127.0.0.1`, or leave `dev` at `auto`',
      }
    case 'publicUrl':
      return {
        message: `\`dev: true\` is refused beside the \`publicUrl\` \`${shown}\`, under which others reach the server`,
        help: 'name a loopback address in `publicUrl`, or leave `dev` at `auto`',
      }
    case 'trustedProxies':
      return {
        message: `\`dev: true\` is refused beside the proxy \`${shown}\`, through which others reach the server`,
        help: 'trust no proxy, or leave `dev` at `auto`',
      }
  }
}

function isHost(host: string): boolean {
  return isIP(host) !== 0 || (/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(host) && !/^[\d.]+$/.test(host))
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.pathname === '/' &&
    `${url.search}${url.hash}${url.username}${url.password}` === '' &&
    /^https?:\/\/[^/?#@\s]+\/?$/i.test(text)
  )
}

/** One address, perhaps after a name; control characters would let a value add headers to a mail. */
function isSender(text: string): boolean {
  const address = /^[^<>"\p{Cc}]{0,100}<([^<>]+)>$/u.exec(text)?.[1] ?? text
  return address.length <= 254 && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(address)
}

function isNetwork(text: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text)
  const family = isIP(match?.[1] ?? '')
  return family !== 0 && Number(match?.[2]) <= (family === 6 ? 128 : 32)
}
