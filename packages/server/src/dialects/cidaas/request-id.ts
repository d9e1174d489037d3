import { timingSafeEqual } from 'node:crypto'
import type { Site } from '../../dialect/dialect.js'
import type { WireRequest } from '../../dialect/wire.js'

/** Life of a request id in seconds. */
const LIFE_SECONDS = 1800
/** Clocks of two processes may differ by so much. */
const SKEW_SECONDS = 60

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * A request id: shaped like a UUID, as the vendor's is, and stored nowhere. Its first 4 bytes are the time, the next 5 are random, the last 6 a
 * MAC over them. It opens nothing; it only shows that a reset began at this server and not long ago.
 */
export function mintRequestId(site: Site, request: WireRequest): string {
  const head = Buffer.alloc(10)
  head.writeUInt32BE(Math.floor(request.now.getTime() / 1000) >>> 0)
  // The edge numbers requests at random; nothing else here is random, and nothing needs to be.
  head.set(site.sign('request', request.requestId).subarray(0, 6), 4)
  head[6] = ((head[6] ?? 0) & 0x0f) | 0x40
  head[8] = 0x80 | ((head[8] ?? 0) & 0x0f)
  return uuid(Buffer.concat([head, macOf(site, head)]))
}

/** True for an id of ours that is not too old. Letter case does not count, as in any UUID. */
export function isRequestId(site: Site, text: string, now: Date): boolean {
  const id = text.toLowerCase()
  if (!UUID.test(id)) return false
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  const head = bytes.subarray(0, 10)
  const age = now.getTime() / 1000 - head.readUInt32BE(0)
  return timingSafeEqual(bytes.subarray(10), macOf(site, head)) && age <= LIFE_SECONDS && age >= -SKEW_SECONDS
}

function macOf(site: Site, head: Buffer): Buffer {
  return Buffer.from(site.sign('request id', head.toString('hex')).subarray(0, 6))
}

function uuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
