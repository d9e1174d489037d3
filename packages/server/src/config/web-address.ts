import { isLoopback } from './loopback.js'

/** Whether a text is meant as an address on the web, and not as a file. */
export function isWebAddress(text: string): boolean {
  return /^https?:/i.test(text)
}

/** Whether the server may call this address: https, or plain http on this machine; no user, no password, no fragment. */
export function isCallable(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text)
  const safe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
  return safe && `${username}${password}${hash}` === ''
}
