/** Buckets that conversations are spread over; fixed once a store holds anything, because it is part of every key. */
export const BUCKETS = 64

/** Names of the keys in Redis under one prefix. */
export interface KeyLayout {
  /** All buckets, in order: `{b00}` to `{b63}`. */
  readonly buckets: readonly Bucket[]
  /** All that is handed out of: the queues of messages in the order of their buckets, then those of duties. */
  readonly queues: readonly Queue[]
  readonly bucketOf: (conversation: string) => Bucket
  readonly conversation: (id: string) => string
  /** Both of them. */
  readonly placeOf: (conversation: string) => Place
  readonly budget: (key: string) => string
  readonly machine: (hash: string) => string
  readonly session: (digest: string) => string
  readonly revocation: (digest: string) => string
  readonly once: (key: string) => string
}

/** A stream of owed items, and the one of those that were set aside. */
export interface Queue {
  readonly outbox: string
  readonly dead: string
}

/**
 * What shares one hash slot of a Redis Cluster: conversations and what they owe, so that one script may write both. A queue of its own has what
 * the first release would take for a message that it cannot send, and set aside: processes of both may run while one takes the place of the other.
 */
export interface Bucket extends Queue {
  readonly duties: Queue
}

/** Where a conversation stands, and what it owes. */
export interface Place {
  readonly key: string
  readonly bucket: Bucket
}

/**
 * Lays keys out so that every script touches one slot.
 * Source: Redis Cluster specification, hash tags: only the text between the first braces decides the slot.
 */
export function keyLayout(prefix = 'rekey:'): KeyLayout {
  const tags = Array.from({ length: BUCKETS }, (_, number) => `${prefix}{b${String(number).padStart(2, '0')}}:`)
  const queueAt = (tag: string): Queue => ({ outbox: `${tag}outbox`, dead: `${tag}dead` })
  const buckets = tags.map((tag) => ({ ...queueAt(tag), duties: queueAt(`${tag}duties:`) }))
  const placeOf = (id: string): Place => {
    const number = bucketNumber(id)
    const [tag, bucket] = [tags[number], buckets[number]]
    if (tag === undefined || bucket === undefined) throw new RangeError('a bucket number is out of range')
    return { key: `${tag}c:${encodeURIComponent(id)}`, bucket }
  }
  return {
    buckets,
    queues: [...buckets, ...buckets.map(({ duties }) => duties)],
    bucketOf: (conversation) => placeOf(conversation).bucket,
    conversation: (id) => placeOf(id).key,
    placeOf,
    budget: (key) => `${prefix}budget:${encodeURIComponent(key)}`,
    machine: (hash) => `${prefix}machine:${encodeURIComponent(hash)}`,
    session: (digest) => `${prefix}session:${encodeURIComponent(digest)}`,
    revocation: (digest) => `${prefix}revoked:${encodeURIComponent(digest)}`,
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
