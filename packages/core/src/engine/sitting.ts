import type { Snapshot } from '../machine/snapshot.js'
import type { AuditEvent } from '../ports/audit.js'
import { FIRST_VERSION, type Claim, type StoredReply } from '../ports/conversations.js'
import type { Principal } from '../ports/directory.js'
import type { Message } from '../step/message.js'
import type { RequestValues } from './intent.js'
import type { Problem } from './problem.js'
import type { Program } from './program.js'

/** A message that the next commit owes. */
export interface Owing {
  readonly message: Message
  readonly void: boolean
}

/** One request at work on one conversation: everything that changes while it is judged. Nothing of it is told before its commit holds. */
export interface Sitting {
  readonly program: Program
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
  /** Set when a change was marked and its outcome is not yet committed: the lease must then not be given back. */
  marked: boolean
  replies: readonly StoredReply[]
  digest: string | undefined
  /** Whether an act was accepted. */
  moved: boolean
  /** Whether there is anything to write. */
  dirty: boolean
  owed: Owing[]
  events: AuditEvent[]
  problem: Problem | undefined
  /** The directory's answer for the person, asked once a request. */
  person: { readonly id: string; readonly known: Principal | undefined } | undefined
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
    moved: false,
    dirty: false,
    owed: [],
    events: [],
    problem: undefined,
    person: undefined,
  }
}
