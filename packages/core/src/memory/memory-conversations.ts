import { FIRST_VERSION, MARKED_KEPT_MS } from '../ports/conversations.js'
import type { Claim, ClaimRequest, ClaimResult, Commit, Conversations, NewConversation, StoredReply } from '../ports/conversations.js'
import type { Clock } from './clock.js'
import { ExpiringMap } from './expiring-map.js'
import type { MemoryOutbox, Queued } from './memory-outbox.js'

interface ConversationRecord {
  readonly version: number
  readonly fence: number
  /** When the lease ends; undefined when nobody holds it. */
  readonly leaseUntil: number | undefined
  readonly body: string
  readonly mark: string | undefined
  readonly ended: boolean
  readonly replies: readonly StoredReply[]
  readonly repliesUntil: number
}

/** Keeps conversations in this process. Every method runs to its end without waiting, which is what makes it atomic. */
export class MemoryConversations implements Conversations {
  readonly #records: ExpiringMap<ConversationRecord>
  /** The `resolve` items that marks have owed, by the claim that is about to commit. */
  readonly #owedLooks = new WeakMap<Claim, Queued>()

  constructor(
    private readonly clock: Clock,
    private readonly outbox: MemoryOutbox,
    private readonly retryWindowMs: number,
  ) {
    this.#records = new ExpiringMap(clock)
  }

  async now(): Promise<number> {
    return this.clock()
  }

  async create(
    entry: NewConversation,
  ): Promise<{ readonly is: 'created'; readonly claim: Claim; readonly now: number } | { readonly is: 'exists' }> {
    if (this.#records.get(entry.id) !== undefined) return { is: 'exists' }
    const now = this.clock()
    const record: ConversationRecord = {
      version: FIRST_VERSION,
      fence: 1,
      leaseUntil: undefined,
      body: entry.body,
      mark: undefined,
      ended: entry.ended,
      replies: entry.replies,
      repliesUntil: now + this.retryWindowMs,
    }
    const claim = { id: entry.id, fence: record.fence }
    if (entry.marks) this.#mark(claim, record, entry.marks.mark, now + entry.marks.leaseMs, entry.expiresAt)
    else this.#records.set(entry.id, record, entry.expiresAt)
    this.outbox.owe(entry.id, [...(entry.duties ?? []), ...entry.owed])
    return { is: 'created', claim, now }
  }

  async claim({ id, version, digest, leaseMs }: ClaimRequest): Promise<ClaimResult> {
    const record = this.#records.get(id)
    if (record === undefined) return { is: 'unknown' }
    const now = this.clock()
    const { body, ended, mark } = record
    if (version !== undefined && version > record.version) return { is: 'spent', ended }
    const replies = now < record.repliesUntil ? record.replies : []
    const kept = digest === undefined ? undefined : replies.find((reply) => reply.digest === digest)
    if (kept !== undefined) return { is: 'replayed', version: record.version, body, reply: kept.body, ended, now }
    if (version !== undefined && (version < record.version || ended)) return { is: 'spent', ended }
    if (record.leaseUntil !== undefined && record.leaseUntil > now) return { is: 'busy', leaseLeftMs: record.leaseUntil - now }
    const fence = record.fence + 1
    this.#records.replace(id, { ...record, fence, leaseUntil: now + leaseMs })
    return { is: 'claimed', claim: { id, fence }, version: record.version, body, replies, ...(mark !== undefined && { mark }), ended, now }
  }

  async renew(claim: Claim, leaseMs: number): Promise<boolean> {
    const record = this.#held(claim)
    if (record === undefined) return false
    this.#records.replace(claim.id, { ...record, leaseUntil: this.clock() + leaseMs })
    return true
  }

  async mark(claim: Claim, mark: string, leaseMs: number): Promise<boolean> {
    const record = this.#held(claim)
    if (record === undefined) return false
    this.#mark(claim, record, mark, this.clock() + leaseMs, this.#records.expiresAt(claim.id) ?? 0)
    return true
  }

  async commit(claim: Claim, commit: Commit): Promise<boolean> {
    const record = this.#held(claim)
    if (record === undefined) return false
    const next: ConversationRecord = {
      version: commit.version,
      fence: record.fence,
      leaseUntil: commit.release ? undefined : record.leaseUntil,
      body: commit.body,
      mark: undefined,
      ended: commit.ended,
      replies: commit.replies,
      repliesUntil: this.clock() + this.retryWindowMs,
    }
    this.#records.set(claim.id, next, commit.expiresAt)
    const needless = commit.release ? this.#owedLooks.get(claim) : undefined
    if (needless) this.outbox.takeBack(needless)
    this.outbox.owe(claim.id, [...(commit.duties ?? []), ...commit.owed])
    return true
  }

  async release(claim: Claim): Promise<void> {
    const record = this.#held(claim)
    if (record !== undefined) this.#records.replace(claim.id, { ...record, leaseUntil: undefined })
  }

  async look(
    id: string,
  ): Promise<{ readonly version: number; readonly body: string; readonly ended: boolean; readonly now: number } | undefined> {
    const record = this.#records.get(id)
    return record && { version: record.version, body: record.body, ended: record.ended, now: this.clock() }
  }

  #mark(claim: Claim, record: ConversationRecord, mark: string, leaseUntil: number, expiresAt: number): void {
    this.#records.set(claim.id, { ...record, mark, leaseUntil }, Math.max(expiresAt, leaseUntil + MARKED_KEPT_MS))
    this.#owedLooks.set(claim, this.outbox.oweResolve(claim.id, leaseUntil))
  }

  /** The record, if the claim is still ours: neither given back nor taken over. */
  #held(claim: Claim): ConversationRecord | undefined {
    const record = this.#records.get(claim.id)
    return record?.fence === claim.fence && record.leaseUntil !== undefined ? record : undefined
  }
}
