import { DIGEST_BYTES, shortDigest } from './sealed-body.js'
import { UnreadableError } from './seal.js'
import type { StoredReply } from '@rekey/core'

/**
 * A conversation is one Redis string: a header in clear, which the scripts read and keep, then the short digests of the kept replies, the sealed
 * content and, while a change is marked, the fence it was marked under and the sealed mark.
 *
 * | offset | bytes | |
 * | --- | --- | --- |
 * | 0 | 1 | format, 1 |
 * | 1 | 1 | 1 when the conversation has ended |
 * | 2 | 4 | version |
 * | 6 | 4 | fence |
 * | 10 | 4 | fence that the content was sealed under |
 * | 14 | 8 | when the lease ends, 0 when nobody holds it |
 * | 22 | 8 | until when the replies are kept |
 * | 30 | 1 | number of replies |
 * | 31 | 4 | length of the sealed content |
 *
 * Times are milliseconds since the epoch by the server's clock. The content is bound to version and fence, so a changed header makes it
 * unreadable.
 */
const FORMAT = 1
const AT = { ended: 1, version: 2, fence: 6, sealedUnder: 10, window: 22, replies: 30, length: 31 } as const
const HEAD_BYTES = 35
const FENCE_BYTES = 4
/** Of the eight bytes of a time the first two are 0 for the next eight thousand years. */
const TIME_BYTES = 6

/** What of the clear header the content is bound to. */
export interface ContentHead {
  readonly version: number
  readonly ended: boolean
  /** The fence that the content was sealed under. */
  readonly fence: number
}

export interface StoredRecord {
  readonly head: ContentHead
  /** Of the last claim before it was read. */
  readonly fence: number
  /** Milliseconds since the epoch until which the replies are kept. */
  readonly repliesUntil: number
  readonly content: Buffer
  readonly mark: { readonly fence: number; readonly sealed: Buffer } | undefined
}

/** A record without its two times, which a script writes over: they are by the clock of the store. */
export function writeRecord({ version, ended, fence }: ContentHead, replies: readonly StoredReply[], content: Buffer): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + DIGEST_BYTES * replies.length + content.length)
  bytes[0] = FORMAT
  bytes[AT.ended] = ended ? 1 : 0
  bytes.writeUInt32BE(version, AT.version)
  bytes.writeUInt32BE(fence, AT.fence)
  bytes.writeUInt32BE(fence, AT.sealedUnder)
  bytes[AT.replies] = replies.length
  bytes.writeUInt32BE(content.length, AT.length)
  let at = HEAD_BYTES
  for (const reply of replies) at += shortDigest(reply.digest).copy(bytes, at)
  content.copy(bytes, at)
  return bytes
}

/** @throws TypeError for a record of another format; UnreadableError for one that ends too soon, or goes on for too short. */
export function readRecord(raw: Buffer): StoredRecord {
  if (raw.length < HEAD_BYTES || raw[0] !== FORMAT) throw new TypeError('a conversation has a format of another version')
  const content = HEAD_BYTES + DIGEST_BYTES * (raw[AT.replies] ?? 0)
  const past = content + raw.readUInt32BE(AT.length)
  const marked = raw.length - past
  if (marked !== 0 && marked < FENCE_BYTES) throw new UnreadableError('a sealed value was changed or moved')
  return {
    head: { version: raw.readUInt32BE(AT.version), ended: raw[AT.ended] === 1, fence: raw.readUInt32BE(AT.sealedUnder) },
    fence: raw.readUInt32BE(AT.fence),
    repliesUntil: raw.readUIntBE(AT.window + 8 - TIME_BYTES, TIME_BYTES),
    content: raw.subarray(content, past),
    mark: marked > 0 ? { fence: raw.readUInt32BE(past), sealed: raw.subarray(past + FENCE_BYTES) } : undefined,
  }
}
