import { FIRST_VERSION, MARKED_KEPT_MS, RETRY_WINDOW_MS } from '@rekey/core'
import type { Claim, ClaimRequest, ClaimResult, Commit, Conversations, NewConversation } from '@rekey/core'
import type { RedisCommands } from './redis-client.js'
import { asBytes, asList, asNumber, asText } from './answer.js'
import { CLAIM, COMMIT, CREATE, LOOK, MARK, RELEASE, RENEW } from './conversation-scripts.js'
import { itemPlace } from './outbox-item.js'
import { keyLayout } from './keys.js'
import type { KeyLayout, Queue } from './keys.js'
import { RandomBytes } from './random-bytes.js'
import type { Seal } from './seal.js'
import { defineScript } from './script.js'
import type { Script } from './script.js'
import { decodeContent, encodeContent, shortDigest } from './sealed-body.js'
import type { Content } from './sealed-body.js'

const ITEM_ID_BYTES = 9

export interface RedisConversationsOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
  /** Milliseconds that replies are kept; `RETRY_WINDOW_MS` when absent. */
  readonly retryWindowMs?: number
  /** Told of each stream that something was put into. */
  readonly owed?: (stream: string) => void
}

/** Keeps conversations in Redis: each call is one script, the clock is the server's, and every value is sealed. */
export class RedisConversations implements Conversations {
  readonly #keys: KeyLayout
  readonly #retryWindowMs: number
  readonly #tellOwed: (stream: string) => void
  readonly #itemIds = new RandomBytes(ITEM_ID_BYTES)
  /** The `resolve` items that our marks have owed, by the claim that is about to commit. */
  readonly #owedLooks = new WeakMap<Claim, string>()
  readonly #create: Script
  readonly #claim: Script
  readonly #renew: Script
  readonly #mark: Script
  readonly #commit: Script
  readonly #release: Script
  readonly #look: Script

  constructor(
    private readonly redis: RedisCommands,
    private readonly seal: Seal,
    options: RedisConversationsOptions = {},
  ) {
    this.#keys = keyLayout(options.prefix)
    this.#retryWindowMs = options.retryWindowMs ?? RETRY_WINDOW_MS
    this.#tellOwed = options.owed ?? (() => undefined)
    this.#create = defineScript(redis, CREATE)
    this.#claim = defineScript(redis, CLAIM)
    this.#renew = defineScript(redis, RENEW)
    this.#mark = defineScript(redis, MARK)
    this.#commit = defineScript(redis, COMMIT)
    this.#release = defineScript(redis, RELEASE)
    this.#look = defineScript(redis, LOOK)
  }

  async now(): Promise<number> {
    const [seconds, microseconds] = await this.redis.time()
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
  }

  async create(
    entry: NewConversation,
  ): Promise<{ readonly is: 'created'; readonly claim: Claim; readonly now: number } | { readonly is: 'exists' }> {
    const fence = 1
    const content = this.#close(entry, { version: FIRST_VERSION, ended: entry.ended, fence })
    const [is, now] = asList(
      await this.#create(this.#writtenKeys(entry.id, entry), [
        entry.id,
        content,
        wholeMs(entry.expiresAt),
        flag(entry.ended),
        entry.holdMs ?? -1,
        this.#retryWindowMs,
        FIRST_VERSION,
        digests(entry.replies),
        ...this.#owed(entry.id, entry),
      ]),
    )
    if (asText(is) === 'exists') return { is: 'exists' }
    this.#tellWritten(entry.id, entry)
    return { is: 'created', claim: { id: entry.id, fence }, now: asNumber(now) }
  }

  async claim({ id, version, digest, leaseMs }: ClaimRequest): Promise<ClaimResult> {
    const wanted = digest === undefined ? '' : shortDigest(digest)
    const answer = asList(await this.#claim([this.#keys.conversation(id)], [version ?? -1, wanted, leaseMs]))
    switch (asText(answer[0])) {
      case 'unknown':
        return { is: 'unknown' }
      case 'spent':
        return { is: 'spent', ended: asNumber(answer[1]) === 1 }
      case 'busy':
        return { is: 'busy', leaseLeftMs: asNumber(answer[1]) }
      case 'replayed':
        return this.#replayed(id, digest, answer)
      case 'claimed':
        return this.#claimed(id, answer)
      default:
        throw new TypeError('a script answered a word that is not its own')
    }
  }

  async renew(claim: Claim, leaseMs: number): Promise<boolean> {
    return asNumber(await this.#renew([this.#keys.conversation(claim.id)], [claim.fence, leaseMs])) === 1
  }

  async mark(claim: Claim, mark: string, leaseMs: number): Promise<boolean> {
    const sealed = this.seal.close(Buffer.from(mark), this.#markPlace(claim.id, claim.fence))
    const { outbox } = this.#keys.bucketOf(claim.id)
    const item = await this.#mark([this.#keys.conversation(claim.id), outbox], [claim.fence, sealed, leaseMs, claim.id, MARKED_KEPT_MS])
    if (item === null) return false
    this.#owedLooks.set(claim, asText(item))
    this.#tellOwed(outbox)
    return true
  }

  async commit(claim: Claim, commit: Commit): Promise<boolean> {
    const { id, fence } = claim
    const needless = (commit.release ? this.#owedLooks.get(claim) : undefined) ?? ''
    const content = this.#close({ id, ...commit }, { version: commit.version, ended: commit.ended, fence })
    const written = await this.#commit(this.#writtenKeys(id, commit, needless !== ''), [
      id,
      content,
      wholeMs(commit.expiresAt),
      flag(commit.ended),
      fence,
      this.#retryWindowMs,
      commit.version,
      digests(commit.replies),
      flag(commit.release),
      needless,
      ...this.#owed(id, commit),
    ])
    if (asNumber(written) !== 1) return false
    this.#tellWritten(id, commit)
    return true
  }

  async release(claim: Claim): Promise<void> {
    await this.#release([this.#keys.conversation(claim.id)], [claim.fence])
  }

  async look(
    id: string,
  ): Promise<{ readonly version: number; readonly body: string; readonly ended: boolean; readonly now: number } | undefined> {
    const answer = asList(await this.#look([this.#keys.conversation(id)], []))
    if (answer.length === 0) return undefined
    const [version, ended, now, fence, content] = answer
    const head = { version: asNumber(version), ended: asNumber(ended) === 1, fence: asNumber(fence) }
    return { version: head.version, body: this.#open(id, content, head).body, ended: head.ended, now: asNumber(now) }
  }

  #replayed(id: string, digest: string | undefined, [, version, ended, now, fence, content]: readonly unknown[]): ClaimResult {
    const head = { version: asNumber(version), ended: asNumber(ended) === 1, fence: asNumber(fence) }
    const { body, replies } = this.#open(id, content, head)
    const reply = replies.find((kept) => kept.digest === digest)
    if (reply === undefined) throw new TypeError('a kept reply is missing from its conversation')
    return { is: 'replayed', version: head.version, body, reply: reply.body, ended: head.ended, now: asNumber(now) }
  }

  #claimed(id: string, answer: readonly unknown[]): ClaimResult {
    const [, version, ended, now, sealedUnder, content, fence, kept, markFence, mark] = answer
    const head = { version: asNumber(version), ended: asNumber(ended) === 1, fence: asNumber(sealedUnder) }
    const { body, replies } = this.#open(id, content, head)
    return {
      is: 'claimed',
      claim: { id, fence: asNumber(fence) },
      version: head.version,
      body,
      replies: asNumber(kept) === 1 ? replies : [],
      ...(mark !== undefined && { mark: this.seal.open(asBytes(mark), this.#markPlace(id, asNumber(markFence))).toString('utf8') }),
      ended: head.ended,
      now: asNumber(now),
    }
  }

  #close(content: Content & { readonly id: string }, head: ContentHead): Buffer {
    return this.seal.close(encodeContent(content), this.#contentPlace(content.id, head))
  }

  #open(id: string, content: unknown, head: ContentHead): Content {
    return decodeContent(this.seal.open(asBytes(content), this.#contentPlace(id, head)))
  }

  #contentPlace(id: string, { version, ended, fence }: ContentHead): string {
    return `content ${this.#keys.conversation(id)} ${fence} ${version} ${flag(ended)}`
  }

  #markPlace(id: string, fence: number): string {
    return `mark ${this.#keys.conversation(id)} ${fence}`
  }

  #owed(id: string, { owed, duties = [] }: Pick<Commit, 'owed' | 'duties'>): (string | number | Buffer)[] {
    const bucket = this.#keys.bucketOf(id)
    const sealed = (bodies: readonly string[], { outbox }: Queue) =>
      bodies.flatMap((body) => {
        const item = this.#itemIds.next().toString('base64url')
        return [item, this.seal.close(Buffer.from(body), itemPlace(outbox, id, item))]
      })
    return [owed.length, ...sealed(owed, bucket), ...sealed(duties, bucket.duties)]
  }

  #tellWritten(id: string, { owed, duties = [] }: Pick<Commit, 'owed' | 'duties'>): void {
    const bucket = this.#keys.bucketOf(id)
    if (owed.length > 0) this.#tellOwed(bucket.outbox)
    if (duties.length > 0) this.#tellOwed(bucket.duties.outbox)
  }

  /** A stream that gets nothing is not named: while a slot of a Cluster moves, a command waits until all its keys are on one side. */
  #writtenKeys(id: string, { owed, duties = [] }: Pick<Commit, 'owed' | 'duties'>, takesBack = false): readonly string[] {
    const conversation = this.#keys.conversation(id)
    const bucket = this.#keys.bucketOf(id)
    return [
      conversation,
      owed.length > 0 || takesBack ? bucket.outbox : conversation,
      duties.length > 0 ? bucket.duties.outbox : conversation,
    ]
  }
}

/** What of the clear header the content is bound to. */
interface ContentHead {
  readonly version: number
  readonly ended: boolean
  /** The fence that the content was sealed under. */
  readonly fence: number
}

function digests(replies: NewConversation['replies']): Buffer {
  return Buffer.concat(replies.map((reply) => shortDigest(reply.digest)))
}

function flag(value: boolean): number {
  return value ? 1 : 0
}

/** Redis takes whole numbers only; an end in the past is an end. */
function wholeMs(at: number): number {
  return Math.max(1, Math.floor(at))
}
