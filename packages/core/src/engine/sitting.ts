import type { Snapshot } from '../machine/snapshot.js'
import type { AuditEvent } from '../ports/audit.js'
import { FIRST_VERSION, type Claim, type StoredReply } from '../ports/conversations.js'
import type { AttributeName, Principal } from '../ports/directory.js'
import type { Message } from '../step/message.js'
import type { RequestValues } from './intent.js'
import type { Problem } from './problem.js'
import type { Program } from './program.js'

/** What the next commit owes beside the story: a message, or the end of the bearer tokens that a person had. */
export type Owing =
  | { readonly message: Message; readonly void: boolean }
  | {
      readonly revokes: string
      /** Seconds since the epoch. */
      readonly until: number
    }

/** Somebody as the directory knows them, asked once a request, and what follows from that. */
export interface Met {
  readonly id: string
  readonly known: Principal | undefined
  /** What would stand for them, and for whom it was made: the digest of the identifier, and the credential version. */
  decoy?: { readonly digest: string; readonly credentialVersion: string; readonly principal: Principal }
  /** Digests of their attributes, as proofs are about them. */
  readonly subjects: Map<AttributeName, string>
}

/** One request at work on one conversation: everything that changes while it is judged. Nothing of it is told before its commit holds. */
export interface Sitting {
  program: Program
  readonly request: RequestValues | undefined
  /** Seconds since the epoch, by the store's clock. */
  readonly now: number
  /** Whether this dialect opens a question on arrival. */
  readonly opensEagerly: boolean
  snapshot: Snapshot
  /** Version in the store; the commit of an accepted act raises it by one. */
  version: number
  /** Absent at a start, until something has to be stored. */
  claim: Claim | undefined
  /** Whether this request has counted a try. */
  tried: boolean
  /** Stops the renewal of a lease that was taken in mid-request. */
  stopRenewing: (() => void) | undefined
  /** Set when a change was marked and its outcome is not yet committed: the lease must then not be given back. */
  marked: boolean
  replies: readonly StoredReply[]
  digest: string | undefined
  /** Set by a poll that makes the transition: it has no digest, and yet later polls repeat its answer. */
  polled: boolean
  /** Whether a failure has led back: answers that are left were meant for questions that are over. */
  returned: boolean
  /** Whether an act was accepted. */
  moved: boolean
  /** Whether there is anything to write. */
  dirty: boolean
  owed: Owing[]
  /** What is under way beside the judging and has to be over with the commit. None of it rejects. */
  readonly beside: Promise<void>[]
  events: AuditEvent[]
  problem: Problem | undefined
  person: Met | undefined
}

/** A sitting over a snapshot, with nothing done yet. */
export function sit(
  base: Pick<Sitting, 'program' | 'request' | 'now' | 'opensEagerly' | 'snapshot'> &
    Partial<Pick<Sitting, 'version' | 'claim' | 'replies' | 'digest'>>,
): Sitting {
  return {
    version: FIRST_VERSION,
    claim: undefined,
    replies: [],
    digest: undefined,
    ...base,
    marked: false,
    tried: false,
    polled: false,
    returned: false,
    stopRenewing: undefined,
    moved: false,
    dirty: false,
    owed: [],
    beside: [],
    events: [],
    problem: undefined,
    person: undefined,
  }
}

/** Notes a step event of the story; it is told with the commit. */
export function note({ events, snapshot, request, program, now }: Sitting, event: string, step: string | undefined, reason?: string): void {
  events.push({
    event,
    at: now,
    flow: program.machine.flow,
    dialect: snapshot.dialect,
    conversation: snapshot.id,
    step,
    reason,
    who: snapshot.who?.digest,
    address: request?.address,
    requestId: request?.requestId,
  })
}
