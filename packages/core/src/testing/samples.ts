import type { Claim, ClaimResult, Commit, Conversations, NewConversation } from '../ports/conversations.js'

/** Long enough that no case sees it end. */
export const LONG_MS = 60_000

/** A conversation to create; it lives for a minute unless the case says otherwise. */
export async function sampleConversation(conversations: Conversations, more: Partial<NewConversation> = {}): Promise<NewConversation> {
  const expiresAt = (await conversations.now()) + LONG_MS
  return { id: crypto.randomUUID(), body: '{"at":0}', expiresAt, owed: [], replies: [], ended: false, ...more }
}

/** Creates a sample. @returns its id. */
export async function createSample(conversations: Conversations, more: Partial<NewConversation> = {}): Promise<string> {
  const entry = await sampleConversation(conversations, more)
  const created = await conversations.create(entry)
  if (created.is !== 'created') throw new Error('a sample id is taken')
  return entry.id
}

/** A commit that moves to version 2 and releases. */
export async function sampleCommit(conversations: Conversations, more: Partial<Commit> = {}): Promise<Commit> {
  const expiresAt = (await conversations.now()) + LONG_MS
  return { body: '{"at":1}', version: 2, expiresAt, owed: [], replies: [], ended: false, release: true, ...more }
}

/** The claim that a result holds. @throws Error when it was refused. */
export function claimOf(result: ClaimResult): Claim {
  if (result.is !== 'claimed') throw new Error(`expected a claim, not \`${result.is}\``)
  return result.claim
}

/** Claims without a version. @throws Error when that is refused. */
export async function claimSample(conversations: Conversations, id: string, leaseMs = LONG_MS): Promise<Claim> {
  return claimOf(await conversations.claim({ id, leaseMs }))
}
