import { isLoopback } from './loopback.js'
import type { FilledConfig } from './schema.js'

/** A key that opens a server to others, and its value as a message shows it. */
export interface Opening {
  readonly key: 'host' | 'publicUrl' | 'trustedProxies'
  readonly shown: string
}

/**
 * What says that others than this machine reach the server. One that listens on a loopback address is reached all the same through a proxy
 * beside it: then it has a public address, or proxies that it trusts.
 * @returns undefined for a server of this machine alone.
 */
export function reachableBy({ host, publicUrl, trustedProxies }: Pick<FilledConfig, Opening['key']>): Opening | undefined {
  if (!isLoopback(host)) return { key: 'host', shown: host }
  if (publicUrl !== undefined && !isLoopback(hostOf(publicUrl))) return { key: 'publicUrl', shown: publicUrl }
  const [proxy] = trustedProxies
  return proxy === undefined ? undefined : { key: 'trustedProxies', shown: proxy }
}

/** Empty for what is no address: `checkValues` says so. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}
