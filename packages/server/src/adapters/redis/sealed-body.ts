import { createHash } from 'node:crypto'
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
  const texts = [body, ...replies.flatMap((reply) => [reply.digest, reply.body])]
  return Buffer.concat(texts.flatMap((text) => lengthAndBytes(text)))
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
  return createHash('sha256').update(digest).digest().subarray(0, DIGEST_BYTES)
}

function lengthAndBytes(text: string): [Buffer, Buffer] {
  const bytes = Buffer.from(text, 'utf8')
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}
