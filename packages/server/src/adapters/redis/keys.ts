/** Buckets that conversations are spread over; fixed once a store holds anything, because it is part of every key. */
export const BUCKETS = 64

/** Names of the keys in Redis under one prefix. */
export interface KeyLayout {
  /** All buckets, in order: `{b00}` to `{b63}`. */
  readonly buckets: readonly Bucket[]
  readonly bucketOf: (conversation: string) => Bucket
  readonly conversation: (id: string) => string
  readonly budget: (key: string) => string
  readonly machine: (hash: string) => string
  readonly session: (digest: string) => string
  readonly once: (key: string) => string
}

/** What shares one hash slot of a Redis Cluster: conversations and what they owe, so that one script may write both. */
export interface Bucket {
  readonly outbox: string
  readonly dead: string
}

/**
 * Lays keys out so that every script touches one slot.
 * Source: Redis Cluster specification, hash tags: only the text between the first braces decides the slot.
 */
export function keyLayout(prefix = 'rekey:'): KeyLayout {
  const tags = Array.from({ length: BUCKETS }, (_, number) => `${prefix}{b${String(number).padStart(2, '0')}}:`)
  const buckets = tags.map((tag) => ({ outbox: `${tag}outbox`, dead: `${tag}dead` }))
  const at = <T>(list: readonly T[], id: string): T => {
    const found = list[bucketNumber(id)]
    if (found === undefined) throw new RangeError('a bucket number is out of range')
    return found
  }
  return {
    buckets,
    bucketOf: (conversation) => at(buckets, conversation),
    conversation: (id) => `${at(tags, id)}c:${encodeURIComponent(id)}`,
    budget: (key) => `${prefix}budget:${encodeURIComponent(key)}`,
    machine: (hash) => `${prefix}machine:${encodeURIComponent(hash)}`,
    session: (digest) => `${prefix}session:${encodeURIComponent(digest)}`,
    once: (key) => `${prefix}once:${encodeURIComponent(key)}`,
  }
}

/** FNV-1a over the code units. Never change it: a conversation under way would not be found. */
function bucketNumber(id: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  // The low bits of FNV mix least; fold the high ones in.
  return ((hash >>> 16) ^ hash) & (BUCKETS - 1)
}
