import { FIRST_VERSION, MARKED_KEPT_MS, RETRY_WINDOW_MS } from '@rekey/core'
import type { Claim, ClaimRequest, ClaimResult, Commit, Conversations, NewConversation } from '@rekey/core'
import type { RedisCommands } from './redis-client.js'
import { asBytes, asList, asNumber, asText } from './answer.js'
import { CLAIM, COMMIT, CREATE, LOOK, MARK, RELEASE, RENEW } from './conversation-scripts.js'
import { itemPlace } from './outbox-item.js'
import { keyLayout } from './keys.js'
import type { KeyLayout, Place, Queue } from './keys.js'
import { RandomBytes } from './random-bytes.js'
import { readRecord, writeRecord } from './record.js'
import type { ContentHead, StoredRecord } from './record.js'
import type { Seal } from './seal.js'
import { defineScript } from './script.js'
import type { Script, ScriptArgument } from './script.js'
import { decodeContent, encodeContent, shortDigest } from './sealed-body.js'
import type { Content } from './sealed-body.js'

const ITEM_ID_BYTES = 9
const FIRST_FENCE = 1

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
    const { id, marks } = entry
    const place = this.#keys.placeOf(id)
    const claim = { id, fence: FIRST_FENCE }
    const record = this.#record(place, entry, FIRST_VERSION, claim.fence)
    const mark = marks ? this.#sealedMark(place, claim.fence, marks.mark) : ''
    const args = [id, record, wholeMs(entry.expiresAt), this.#retryWindowMs, mark, marks?.leaseMs ?? 0, MARKED_KEPT_MS]
    this.#addOwed(args, place, id, entry)
    const [is, now, look] = asList(await this.#create(writtenKeys(place, entry, marks !== undefined), args))
    if (asText(is) === 'exists') return { is: 'exists' }
    if (look !== undefined) this.#owesLook(place, claim, look)
    this.#tellWritten(place, entry)
    return { is: 'created', claim, now: asNumber(now) }
  }

  async claim({ id, version, digest, leaseMs }: ClaimRequest): Promise<ClaimResult> {
    const place = this.#keys.placeOf(id)
    const wanted = digest === undefined ? '' : shortDigest(digest)
    const [is, figure, raw] = asList(await this.#claim([place.key], [version ?? -1, wanted, leaseMs]))
    switch (asText(is)) {
      case 'unknown':
        return { is: 'unknown' }
      case 'spent':
        return { is: 'spent', ended: asNumber(figure) === 1 }
      case 'busy':
        return { is: 'busy', leaseLeftMs: asNumber(figure) }
      case 'replayed':
        return this.#replayed(place, digest, asNumber(figure), readRecord(asBytes(raw)))
      case 'claimed':
        return this.#claimed(place, id, asNumber(figure), readRecord(asBytes(raw)))
      default:
        throw new TypeError('a script answered a word that is not its own')
    }
  }

  async renew(claim: Claim, leaseMs: number): Promise<boolean> {
    return asNumber(await this.#renew([this.#keys.conversation(claim.id)], [claim.fence, leaseMs])) === 1
  }

  async mark(claim: Claim, mark: string, leaseMs: number): Promise<boolean> {
    const { id, fence } = claim
    const place = this.#keys.placeOf(id)
    const args = [fence, this.#sealedMark(place, fence, mark), leaseMs, id, MARKED_KEPT_MS]
    const look = await this.#mark([place.key, place.bucket.outbox], args)
    if (look === null) return false
    this.#owesLook(place, claim, look)
    return true
  }

  async commit(claim: Claim, commit: Commit): Promise<boolean> {
    const { id, fence } = claim
    const place = this.#keys.placeOf(id)
    const needless = (commit.release ? this.#owedLooks.get(claim) : undefined) ?? ''
    const record = this.#record(place, commit, commit.version, fence)
    const args = [id, record, wholeMs(commit.expiresAt), fence, this.#retryWindowMs, flag(commit.release), needless]
    this.#addOwed(args, place, id, commit)
    const written = await this.#commit(writtenKeys(place, commit, needless !== ''), args)
    if (asNumber(written) !== 1) return false
    this.#tellWritten(place, commit)
    return true
  }

  async release(claim: Claim): Promise<void> {
    await this.#release([this.#keys.conversation(claim.id)], [claim.fence])
  }

  async look(
    id: string,
  ): Promise<{ readonly version: number; readonly body: string; readonly ended: boolean; readonly now: number } | undefined> {
    const place = this.#keys.placeOf(id)
    const [now, raw] = asList(await this.#look([place.key], []))
    if (raw === undefined) return undefined
    const { head, content } = readRecord(asBytes(raw))
    return { version: head.version, body: this.#open(place, content, head).body, ended: head.ended, now: asNumber(now) }
  }

  #replayed(place: Place, digest: string | undefined, now: number, { head, content }: StoredRecord): ClaimResult {
    const { body, replies } = this.#open(place, content, head)
    const reply = replies.find((kept) => kept.digest === digest)
    if (reply === undefined) throw new TypeError('a kept reply is missing from its conversation')
    return { is: 'replayed', version: head.version, body, reply: reply.body, ended: head.ended, now }
  }

  /** The record is as it was before: with our claim its fence is the next one. */
  #claimed(place: Place, id: string, now: number, { head, fence, repliesUntil, content, mark }: StoredRecord): ClaimResult {
    const { body, replies } = this.#open(place, content, head)
    return {
      is: 'claimed',
      claim: { id, fence: fence + 1 },
      version: head.version,
      body,
      replies: now < repliesUntil ? replies : [],
      ...(mark !== undefined && { mark: this.seal.open(mark.sealed, markPlace(place, mark.fence)).toString('utf8') }),
      ended: head.ended,
      now,
    }
  }

  #sealedMark(place: Place, fence: number, mark: string): Buffer {
    return this.seal.close(Buffer.from(mark), markPlace(place, fence))
  }

  /** @param item its id in the outbox, as a script has answered it. */
  #owesLook({ bucket }: Place, claim: Claim, item: unknown): void {
    this.#owedLooks.set(claim, asText(item))
    this.#tellOwed(bucket.outbox)
  }

  #record(place: Place, content: Content & Pick<Commit, 'ended'>, version: number, fence: number): Buffer {
    const head = { version, ended: content.ended, fence }
    return writeRecord(head, content.replies, this.seal.close(encodeContent(content), contentPlace(place, head)))
  }

  #open(place: Place, content: Buffer, head: ContentHead): Content {
    return decodeContent(this.seal.open(content, contentPlace(place, head)))
  }

  #addOwed(args: ScriptArgument[], { bucket }: Place, id: string, { owed, duties = [] }: Owed): void {
    args.push(owed.length)
    for (const body of owed) this.#addItem(args, bucket, id, body)
    for (const body of duties) this.#addItem(args, bucket.duties, id, body)
  }

  #addItem(args: ScriptArgument[], { outbox }: Queue, id: string, body: string): void {
    const item = this.#itemIds.next().toString('base64url')
    args.push(item, this.seal.close(Buffer.from(body), itemPlace(outbox, id, item)))
  }

  #tellWritten({ bucket }: Place, { owed, duties = [] }: Owed): void {
    if (owed.length > 0) this.#tellOwed(bucket.outbox)
    if (duties.length > 0) this.#tellOwed(bucket.duties.outbox)
  }
}

type Owed = Pick<Commit, 'owed' | 'duties'>

/** A stream that gets nothing is not named: while a slot of a Cluster moves, a command waits until all its keys are on one side. */
function writtenKeys({ key, bucket }: Place, { owed, duties = [] }: Owed, hasLook = false): readonly string[] {
  return [key, owed.length > 0 || hasLook ? bucket.outbox : key, duties.length > 0 ? bucket.duties.outbox : key]
}

function contentPlace({ key }: Place, { version, ended, fence }: ContentHead): string {
  return `content ${key} ${fence} ${version} ${flag(ended)}`
}

function markPlace({ key }: Place, fence: number): string {
  return `mark ${key} ${fence}`
}

function flag(value: boolean): number {
  return value ? 1 : 0
}

/** Redis takes whole numbers only; an end in the past is an end. */
function wholeMs(at: number): number {
  return Math.max(1, Math.floor(at))
}
