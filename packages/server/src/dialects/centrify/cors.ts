import type { Cors } from '../../dialect/cors.js'
import type { CentrifySettings } from './settings.js'

/** Headers that clients of this wire are known to send. Source: samples of the vendor. */
const HEADERS = [
  'authorization',
  'content-type',
  'accept-language',
  'cache-control',
  'x-centrify-native-client',
  'x-idap-native-client',
  'x-cfy-src',
  'oobidpauth',
]

/** Pages that the vendor would call trusted: they may send the session's cookie. */
export function corsOf({ origins }: CentrifySettings): Cors {
  return { origins, headers: HEADERS, credentials: true }
}
