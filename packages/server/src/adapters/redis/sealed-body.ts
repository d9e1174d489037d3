import { hash } from 'node:crypto'
import type { StoredReply } from '@rekey/core'

const LENGTH_BYTES = 4
/** Bytes of a reply's digest in the clear header, where the scripts look for it. */
export const DIGEST_BYTES = 16

/** What of a conversation is sealed: its body and the replies that are kept. */
export interface Content {
  readonly body: string
  readonly replies: readonly StoredReply[]
}

/** One text after the other, each with its length before it: no escaping, and nothing to parse that is not asked for. */
export function encodeContent({ body, replies }: Content): Buffer {
  const texts = [body]
  for (const reply of replies) texts.push(reply.digest, reply.body)
  const bytes = Buffer.allocUnsafe(texts.reduce((length, text) => length + LENGTH_BYTES + Buffer.byteLength(text), 0))
  let at = 0
  for (const text of texts) {
    const length = bytes.write(text, at + LENGTH_BYTES)
    at = bytes.writeUInt32BE(length, at) + length
  }
  return bytes
}

/** @throws RangeError when the bytes are not what `encodeContent` makes. */
export function decodeContent(bytes: Buffer): Content {
  const texts: string[] = []
  for (let at = 0; at < bytes.length;) {
    const start = at + LENGTH_BYTES
    const end = start + bytes.readUInt32BE(at)
    if (end > bytes.length) throw new RangeError('the content of a conversation is cut short')
    texts.push(bytes.toString('utf8', start, end))
    at = end
  }
  const [body, ...rest] = texts
  if (body === undefined || rest.length % 2 !== 0) throw new RangeError('the content of a conversation is cut short')
  const replies: StoredReply[] = []
  for (let index = 0; index + 1 < rest.length; index += 2) replies.push({ digest: rest[index] ?? '', body: rest[index + 1] ?? '' })
  return { body, replies }
}

/** The short form of a request digest by which the scripts compare. */
export function shortDigest(digest: string): Buffer {
  return hash('sha256', digest, 'buffer').subarray(0, DIGEST_BYTES)
}
