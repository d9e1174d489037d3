import { MemoryDirectory } from '../memory/memory-directory.js'
import { memoryStore, type MemoryStore } from '../memory/memory-store.js'
import type { AuditEvent } from '../ports/audit.js'
import type { Sessions } from '../ports/sessions.js'
import type { Message } from '../step/message.js'
import type { Secret } from '../step/secret.js'
import type { Effect } from './effects.js'
import type { FlowTestFile } from './test-file.js'

/** When every case begins: noon in UTC, so that a wait of some hours stays in one day. */
const BEGIN = Date.UTC(2030, 0, 1, 12)

/** A message that was sent. */
export interface Sent {
  readonly message: Message
  readonly code?: string
  /** The token by which its link goes on with the conversation, and the one by which it approves. */
  readonly resume?: string
  readonly approval?: string
}

/** All that lasts for one case: people, store, clock, mailbox, and what was recorded. */
export interface World {
  /** User names of everybody there is. */
  readonly people: readonly string[]
  readonly directory: MemoryDirectory
  readonly store: MemoryStore
  readonly events: AuditEvent[]
  readonly sent: Sent[]
  readonly faults: unknown[]
  /** What would have been brought about, of a dry run. */
  readonly effects: Effect[]
  /** What validators say, by name. */
  readonly validators: ReadonlyMap<string, boolean>
  /** Scopes of bearer tokens. */
  readonly scopes: Map<string, readonly string[]>
  /** The tokens of all login sessions that the test or the flow has opened. */
  readonly issued: Secret[]
  /** The code that somebody's authenticator app shows; of the only one who has an app, where nobody is named. */
  appCodeOf(userName?: string): string | undefined
  /** Milliseconds since the epoch. */
  now(): number
  wait(seconds: number): void
  /** Counts the wrong codes that were made up, from 1. */
  nextWrong(): number
  /** Lets everything expire, so that nothing is kept for a world that is over. */
  end(): void
}

export function newWorld(
  { people, questions }: Pick<FlowTestFile, 'people' | 'questions'>,
  {
    validators,
    appCode,
  }: { readonly validators: ReadonlyMap<string, boolean>; readonly appCode?: (secret: string, now: number) => string | undefined },
): World {
  let now = BEGIN
  let wrong = 0
  const issued: Secret[] = []
  const store = memoryStore({ now: () => now })
  const { sessions } = store
  const watched: Sessions = {
    issue: async (session) => {
      const token = await sessions.issue(session)
      issued.push(token)
      return token
    },
    find: (token) => sessions.find(token),
    revoke: (token) => sessions.revoke(token),
    revokeUntil: (principal, until) => sessions.revokeUntil(principal, until),
    revokedUntil: (principal) => sessions.revokedUntil(principal),
  }
  return {
    people: people.map(({ userName }) => userName),
    directory: new MemoryDirectory(people, { questions }),
    store: { ...store, sessions: watched },
    issued,
    events: [],
    sent: [],
    faults: [],
    effects: [],
    validators,
    scopes: new Map(),
    appCodeOf: (userName) => {
      const apps = people.flatMap((person) =>
        person.totp !== undefined && (userName ?? person.userName) === person.userName ? [person.totp] : [],
      )
      return apps[0] === undefined || apps.length > 1 ? undefined : appCode?.(apps[0], Math.floor(now / 1_000))
    },
    now: () => now,
    wait: (seconds) => {
      now += seconds * 1_000
      store.tick()
    },
    nextWrong: () => {
      wrong += 1
      return wrong
    },
    end: () => {
      now = Number.MAX_SAFE_INTEGER
    },
  }
}
