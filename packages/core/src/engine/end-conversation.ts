import type { Conversations } from '../ports/conversations.js'
import { RETRY_WINDOW_MS } from '../ports/conversations.js'
import type { Machines } from '../ports/machines.js'
import type { JsonObject } from '../step/json.js'
import { decodeSnapshot, encodeSnapshot } from './encoding.js'
import { readMachine, stepOf } from './overlook.js'
import { owedEvents } from './persist.js'
import { deadlineOf } from './view-of.js'

export interface EndingParts {
  readonly conversations: Conversations
  readonly machines: Machines
}

/**
 * What came of ending a conversation from outside: `held` while a request is at work on it, `changing` while it is open whether a change was made; the
 * server that looks at such a change settles it, and the conversation can be ended then.
 */
export type EndedByOperator = 'ended' | 'unknown' | 'over' | 'held' | 'changing'

/** Longer than the one write it is held for. */
const LEASE_MS = 5_000

/**
 * Ends a conversation as its own caller could; the commit owes it to the audit trail, which a server tells.
 * @param by who does it, for the audit trail.
 */
export async function endConversation({ conversations, machines }: EndingParts, id: string, by: JsonObject): Promise<EndedByOperator> {
  const claimed = await conversations.claim({ id, leaseMs: LEASE_MS })
  if (claimed.is === 'busy') return 'held'
  if (claimed.is !== 'claimed') return 'unknown'
  const { claim, version, replies, now } = claimed
  if (claimed.ended || claimed.mark !== undefined) {
    await conversations.release(claim)
    return claimed.ended ? 'over' : 'changing'
  }
  const snapshot = decodeSnapshot(id, claimed.body)
  const kept = await machines.find(snapshot.machine)
  const machine = kept === undefined ? undefined : readMachine(kept)
  const step = machine && stepOf(machine, snapshot)?.id
  const written = await conversations.commit(claim, {
    body: encodeSnapshot({ ...snapshot, ended: { as: 'cancelled', step: step ?? '' } }),
    version,
    expiresAt: machine ? deadlineOf({ machine }, snapshot) * 1_000 : now + RETRY_WINDOW_MS,
    owed: [],
    duties: [
      owedEvents(id, [
        {
          event: 'ended',
          reason: 'operator',
          at: Math.floor(now / 1_000),
          conversation: id,
          dialect: snapshot.dialect,
          ...(machine && { flow: machine.flow }),
          ...(step !== undefined && { step }),
          ...(snapshot.who && { who: snapshot.who.digest }),
          more: by,
        },
      ]),
    ],
    replies,
    ended: true,
    release: true,
  })
  return written ? 'ended' : 'held'
}
