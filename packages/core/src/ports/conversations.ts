/** A stored answer to one request, kept so that the same request gets the same answer. */
export interface StoredReply {
  /** Keyed digest of the request. */
  readonly digest: string
  readonly body: string
}

/** The right to judge a conversation, until the lease ends. */
export interface Claim {
  readonly id: string
  /** Raised with each claim; a commit with an older fence changes nothing. */
  readonly fence: number
}

export interface NewConversation {
  readonly id: string
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly owed: readonly string[]
  /** As in `Commit`. */
  readonly duties?: readonly string[]
  readonly replies: readonly StoredReply[]
  readonly ended: boolean
  /**
   * A change is about to be applied: in the same write the lease is taken and the conversation marked, as `mark` does. A store that left it out would lose
   * changes to crashes; the contract suite fails there.
   */
  readonly marks?: { readonly mark: string; readonly leaseMs: number }
}

export interface ClaimRequest {
  readonly id: string
  /** The version that the caller's token states; absent for carriers that state none. */
  readonly version?: number
  /** Keyed digest of the request. */
  readonly digest?: string
  readonly leaseMs: number
}

export type ClaimResult =
  | {
      readonly is: 'claimed'
      readonly claim: Claim
      readonly version: number
      readonly body: string
      readonly replies: readonly StoredReply[]
      /** Left by a holder who died between marking a change and committing it. */
      readonly mark?: string
      readonly ended: boolean
      /** Milliseconds since the epoch by the store's clock. */
      readonly now: number
    }
  | { readonly is: 'busy'; readonly leaseLeftMs: number }
  | {
      readonly is: 'replayed'
      readonly version: number
      readonly body: string
      readonly reply: string
      readonly ended: boolean
      readonly now: number
    }
  | { readonly is: 'spent'; readonly ended: boolean }
  | { readonly is: 'unknown' }

export interface Commit {
  readonly body: string
  readonly version: number
  readonly expiresAt: number
  /** Messages for the outbox, recorded in the same atomic write. */
  readonly owed: readonly string[]
  /** What else it owes, recorded and handed out like these, but never to a process of the release that knew messages only. */
  readonly duties?: readonly string[]
  /** All replies to keep from now on. */
  readonly replies: readonly StoredReply[]
  readonly ended: boolean
  /**
   * Give the lease back; then nothing is left to settle, and the `resolve` item of a mark that was made under this claim is owed no more. A change that
   * is followed by further steps commits and keeps the lease.
   */
  readonly release: boolean
}

/**
 * Keeps conversations. Each call is one atomic act; the store's clock decides. The same contract suite holds for every adapter.
 * A claim is ours until it is released or somebody else has claimed; a lease that ran out with nobody coming is still ours.
 * Faults of the store are thrown: the caller answers `unavailable`.
 */
export interface Conversations {
  /** The store's clock, in milliseconds since the epoch. */
  now(): Promise<number>
  /** Stores a new conversation at `FIRST_VERSION`. Its claim counts only when `marks` was given. */
  create(
    entry: NewConversation,
  ): Promise<{ readonly is: 'created'; readonly claim: Claim; readonly now: number } | { readonly is: 'exists' }>
  /**
   * Takes the lease, or says why not, in this order: a version that is ahead of ours (a replica was promoted and lost it) is `spent`; a request
   * whose reply is kept is `replayed`; an older version, or any version of an ended conversation, is `spent`; a lease that runs is `busy`, to an
   * equal request as well. A request that states no version can also claim an ended conversation.
   */
  claim(request: ClaimRequest): Promise<ClaimResult>
  /** @returns false when the claim is no longer ours. */
  renew(claim: Claim, leaseMs: number): Promise<boolean>
  /**
   * Notes that a change is about to be applied, renews the lease, and puts a `resolve` item into the outbox, due when the lease ends.
   * A marked conversation is kept for `MARKED_KEPT_MS` at least, so that its deadline cannot take the mark away from who resolves it.
   * @returns false when the claim is no longer ours.
   */
  mark(claim: Claim, mark: string, leaseMs: number): Promise<boolean>
  /** Writes, clears the mark, owes the messages and the duties. @returns false when the claim is no longer ours. */
  commit(claim: Claim, commit: Commit): Promise<boolean>
  /** Gives a claim back with nothing changed; nothing happens when it is no longer ours. */
  release(claim: Claim): Promise<void>
  /** Reads without claiming. */
  look(id: string): Promise<{ readonly version: number; readonly body: string; readonly ended: boolean; readonly now: number } | undefined>
}

/** Version of a conversation that was just created. */
export const FIRST_VERSION = 1

/** Time that replies are kept for repeated requests. */
export const RETRY_WINDOW_MS = 60_000

/** Rejections of one version whose replies are kept. */
export const KEPT_REJECTIONS = 8

/** Time that a marked conversation outlives the lease it was marked under: as long as every process may be down. */
export const MARKED_KEPT_MS = 86_400_000
