import { newSnapshot, type Snapshot } from '../machine/snapshot.js'
import { snapshotForm, snapshotOf, type SnapshotForm } from '../machine/snapshot-form.js'
import type { AuditEvent } from '../ports/audit.js'
import type { Message } from '../step/message.js'
import type { Problem } from './problem.js'
import type { Owing } from './sitting.js'

/** A message as the outbox keeps it: all that sending needs beside keys and texts. */
export interface OwedMessage {
  /** Absent in what an earlier release has owed. */
  readonly is?: 'message'
  /** The basis of its Message-ID; the same on every repetition. */
  readonly id: string
  readonly conversation: string
  readonly dialect: string
  /** The flow's name on the wire. */
  readonly as: string
  /** Version and dates of the token that a link carries. */
  readonly version: number
  readonly issuedAt: number
  readonly expiresAt: number
  readonly languages: readonly string[]
  /** True when nothing must be sent: the message of a shadow, or one too many. */
  readonly void: boolean
  readonly message: Message
  /** When it came to be owed, in seconds since the epoch, and by a request from which address where messages tell that; absent in what an earlier release has owed. */
  readonly asked?: { readonly at: number; readonly from?: string }
}

/** Events of the audit trail that a commit owes: what it decided is told though its process dies with it. */
export interface OwedEvents {
  readonly is: 'events'
  readonly conversation: string
  readonly events: readonly AuditEvent[]
}

/** What ends the bearer tokens that a person had before a change. */
export interface OwedRevocation {
  readonly is: 'revocation'
  readonly conversation: string
  readonly principal: string
  /** Seconds since the epoch: no token that was issued then or earlier is good any more. */
  readonly until: number
}

/** The body of an item that a commit owes. */
export type Owed = OwedMessage | OwedEvents | OwedRevocation

/** A change that was about to be applied. */
export interface Mark {
  readonly act: string
  readonly principal: string
  /** The credential version that was expected. */
  readonly expect: string
  /** Digest of the request that wanted the change; absent at a start. */
  readonly digest?: string
  /** Milliseconds since the epoch after which it is not written any more; absent in what an earlier release has marked. */
  readonly deadline?: number
  /** The snapshot to commit when the change was applied. */
  readonly next: Snapshot
  /** True when the change brought out something that only its caller may see, so that it is made again for the caller. */
  readonly again?: true
  /** What is owed with it, beside what the flow ensures after a change. */
  readonly owed: readonly Owing[]
  /** What the trail is to be told of the request before it; absent in what an earlier release has marked. */
  readonly events?: readonly AuditEvent[]
}

// JSON of our own making, sealed by the store: reading it back needs no second check.
export const encodeSnapshot = (snapshot: Snapshot): string => JSON.stringify(snapshotForm(snapshot))
/** @param id of the conversation, by which it was found: it is not repeated in what is stored. */
export const decodeSnapshot = (id: string, text: string): Snapshot => stored(id, JSON.parse(text) as SnapshotForm | Snapshot)

export const encodeMark = ({ next, ...mark }: Mark): string => JSON.stringify({ ...mark, next: snapshotForm(next) })
export function decodeMark(id: string, text: string): Mark {
  const { next, ...mark } = JSON.parse(text) as Omit<Mark, 'next'> & { readonly next: SnapshotForm | Snapshot }
  return { ...mark, next: stored(id, next) }
}

/** An earlier release has stored snapshots by the names of their members. */
function stored(id: string, form: SnapshotForm | Snapshot): Snapshot {
  return 'machine' in form ? newSnapshot(form) : snapshotOf(id, form)
}

export const encodeOwed = (owed: Owed): string => JSON.stringify(owed)
export const decodeOwed = (text: string): Owed => JSON.parse(text) as Owed

/** What a stored reply must hold beside the snapshot: the problem, if there was one. */
export const encodeReply = (problem: Problem | undefined): string => (problem ? JSON.stringify(problem) : '')
export const decodeReply = (text: string): Problem | undefined => (text === '' ? undefined : (JSON.parse(text) as Problem))
