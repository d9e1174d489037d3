import { randomUUID } from 'node:crypto'
import type { AuditEvent } from '../ports/audit.js'
import { KEPT_REJECTIONS, type Claim, type Commit, type NewConversation, type StoredReply } from '../ports/conversations.js'
import { encodeMark, encodeOwed, encodeReply, encodeSnapshot, type Mark } from './encoding.js'
import { keepRenewing } from './lease.js'
import type { EngineParts } from './parts.js'
import { withoutSecrets } from './secret-outputs.js'
import type { Sitting } from './sitting.js'
import { deadlineOf } from './view-of.js'

/** Events that the trail must not miss. Where a request brought one of them about, its whole story is owed, so that it stays in order. */
const OWED_EVENTS: ReadonlySet<string> = new Set(['changed', 'change-superseded', 'refused', 'ended'])

/** Writes what a sitting has come to: one atomic call. @returns false when the claim was lost; then nothing was written. */
export async function commit(parts: EngineParts, sitting: Sitting, { release }: { release: boolean }): Promise<boolean> {
  const { claim } = sitting
  if (release && sitting.snapshot.unsettled !== undefined) sitting.snapshot = { ...sitting.snapshot, unsettled: undefined }
  const { snapshot } = sitting
  // What is created now has its first version, whatever was accepted on the way there.
  const version = claim && sitting.moved && release ? sitting.version + 1 : sitting.version
  const expiresAt = deadlineOf(sitting.program, snapshot)
  const owesStory = sitting.events.some(({ event }) => OWED_EVENTS.has(event))
  const written = write(parts, claim, {
    id: snapshot.id,
    // What begins and ends in one request has no token, so its reply is never asked for again.
    body: encodeSnapshot(
      sitting.digest === undefined && !sitting.polled && snapshot.ended ? withoutSecrets(sitting.program, snapshot) : snapshot,
    ),
    version,
    expiresAt: expiresAt * 1000,
    owed: owedLetters(parts, sitting, version, expiresAt),
    duties: owedDuties(sitting, owesStory),
    // Until the steps behind a change are entered there is no reply that could be repeated.
    replies: release ? repliesAfter(sitting) : sitting.replies,
    ended: snapshot.ended !== undefined,
    release,
  })
  const isWritten = sitting.beside.length === 0 ? await written : (await Promise.all([written, ...sitting.beside.splice(0)]))[0]
  if (!isWritten) return false
  sitting.version = version
  sitting.owed = []
  sitting.marked = false
  sitting.dirty = false
  if (!owesStory) for (const event of sitting.events) parts.audit.record(event)
  sitting.events = []
  return true
}

async function write({ conversations }: EngineParts, claim: Claim | undefined, entry: NewConversation & Commit): Promise<boolean> {
  if (claim) return conversations.commit(claim, entry)
  const { is } = await conversations.create(entry)
  return is === 'created'
}

/**
 * Marks the conversation whose credential is about to be changed; one that is only being started is stored with its mark.
 * @returns false when the claim was lost, or the id is taken; then nothing was written.
 */
export async function mark(parts: EngineParts, sitting: Sitting, what: Mark): Promise<boolean> {
  const { conversations, leaseMs } = parts
  const encoded = encodeMark(what)
  if (sitting.claim) return conversations.mark(sitting.claim, encoded, leaseMs)
  const { snapshot, program } = sitting
  const created = await conversations.create({
    id: snapshot.id,
    body: encodeSnapshot(snapshot),
    expiresAt: deadlineOf(program, snapshot) * 1000,
    owed: [],
    replies: [],
    ended: false,
    marks: { mark: encoded, leaseMs },
  })
  if (created.is === 'exists') return false
  sitting.claim = created.claim
  sitting.stopRenewing = keepRenewing(parts, created.claim)
  return true
}

/** The last accepted act's reply, and the rejections of the present version. */
function repliesAfter({ digest, problem, moved, replies }: Sitting): readonly StoredReply[] {
  if (digest === undefined) return moved ? [] : replies
  const reply = { digest, body: encodeReply(problem) }
  if (moved) return [reply]
  // The first is that of the act which led to this version; rejections beyond the last ones fall out behind it.
  const [first, ...rest] = [...replies.filter((kept) => kept.digest !== digest), reply]
  return first ? [first, ...rest.slice(-KEPT_REJECTIONS)] : []
}

/** Each event with an id, which every repetition of the item repeats. */
export function owedEvents(conversation: string, events: readonly AuditEvent[]): string {
  return encodeOwed({ is: 'events', conversation, events: events.map((event) => ({ ...event, id: randomUUID() })) })
}

function owedDuties({ snapshot, owed, events }: Sitting, owesStory: boolean): readonly string[] {
  const duties = owesStory ? [owedEvents(snapshot.id, events)] : []
  for (const owing of owed) {
    if ('revokes' in owing)
      duties.push(encodeOwed({ is: 'revocation', conversation: snapshot.id, principal: owing.revokes, until: owing.until }))
  }
  return duties
}

function owedLetters(
  { digests, tellsAddress }: EngineParts,
  { snapshot, owed, now, request }: Sitting,
  version: number,
  expiresAt: number,
): readonly string[] {
  // Where no message tells the address, it is not kept: what lies in an outbox may lie there for long.
  const asked = { at: now, ...(tellsAddress === true && request && { from: request.address }) }
  return owed.flatMap((owing, index) => {
    if ('revokes' in owing) return []
    const letter = encodeOwed({
      is: 'message',
      // The count of messages moves with every one owed: a repetition keeps its id, another message has another.
      id: digests.of('message', snapshot.id, String(version), String(snapshot.messages), owing.message.template, String(index)),
      conversation: snapshot.id,
      dialect: snapshot.dialect,
      as: snapshot.address,
      version,
      issuedAt: snapshot.movedAt,
      expiresAt,
      languages: snapshot.languages,
      void: owing.void,
      message: owing.message,
      asked,
    })
    return [letter]
  })
}
