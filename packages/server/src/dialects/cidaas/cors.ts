import type { Cors } from '../../dialect/cors.js'
import type { CidaasSettings } from './settings.js'

/** Headers that the vendor's JavaScript SDK sends and that a browser asks for first. */
const HEADERS = [
  'authorization',
  'content-type',
  'accept-language',
  'cache-control',
  'access_token',
  'acceptlanguage',
  'requestid',
  'trackid',
  'lat',
  'lon',
  'deviceid',
  'devicemake',
  'devicemodel',
  'deviceversion',
]

/** No cookie belongs to this wire: its callers hold a token. */
export function corsOf({ origins }: CidaasSettings): Cors {
  return { origins, headers: HEADERS, credentials: false }
}
