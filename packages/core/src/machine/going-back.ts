import { newSnapshot, type Bookmark, type Snapshot } from './snapshot.js'

/** Keeps what is known on arriving at a station to which a failure may lead back; a later arrival at it keeps what the first one did. */
export function withBookmark(snapshot: Snapshot): Snapshot {
  const { at, bookmarks, who, facts, outputs, evidence, decided, passed, answered, keepsWho } = snapshot
  if (bookmarks?.[at]) return snapshot
  const bookmark: Bookmark = { who, facts, outputs, evidence, decided, passed, answered, keepsWho }
  return { ...snapshot, bookmarks: { ...bookmarks, [at]: bookmark } }
}

/**
 * The conversation at an earlier station, with everything forgotten that was learnt since that was first arrived at. What was tried and sent
 * still counts, rounds count on so that no old code or link fits again, and the deadline stays.
 * @param to index of the station; undefined where a failure leads nowhere.
 * @param now seconds since the epoch: going back is an accepted act.
 * @returns undefined where nothing leads back.
 */
export function wentBack(snapshot: Snapshot, to: number | undefined, now: number): Snapshot | undefined {
  const bookmark = to === undefined ? undefined : snapshot.bookmarks?.[to]
  if (to === undefined || !bookmark) return undefined
  const { id, dialect, address, machine, round, attempts, messages, languages, startedAt, lifeSeconds, mayBecome } = snapshot
  return newSnapshot({
    // Written out, so that whatever a snapshot learns to hold is forgotten here unless somebody decides otherwise.
    id,
    dialect,
    address,
    machine,
    at: to,
    opened: false,
    round,
    attempts,
    messages,
    languages,
    startedAt,
    movedAt: now,
    lifeSeconds,
    mayBecome,
    ...bookmark,
    bookmarks: bookmarksUpTo(to, snapshot),
    hasNamed: snapshot.hasNamed === true || (snapshot.who && !bookmark.who) ? true : undefined,
  })
}

/** Stations behind are arrived at afresh: what was known there may be about another person, proved with answers that are forgotten now. */
function bookmarksUpTo(to: number, { bookmarks = {} }: Snapshot): { readonly [at: string]: Bookmark } {
  return Object.fromEntries(Object.entries(bookmarks).filter(([at]) => Number(at) <= to))
}
