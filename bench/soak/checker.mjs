// Decides from what everybody remembers of a run whether the promises were kept. Pure: it takes a history and gives violations and figures.
//
// Who remembers: the clients each request and its answer (`lines`), the database each change of a password in the order it made them (`writes`),
// the mail server each mail, the store what was left at the end, the audit chain itself. Nothing here asks a server what it believes it did.
import { byKey, merge } from './merge.mjs'
import { checkEnds, isOfWrongClock } from './check-ends.mjs'
import { checkMails } from './check-mails.mjs'
import { checkWrites } from './check-writes.mjs'

/** Replies are kept for a minute; the difference is for requests that were long on their way. */
const KEPT_MS = 50_000

/**
 * @typedef {object} History
 * @property {readonly any[]} lines what clients wrote: `invoke`, `answer`, `carrier`, `end`
 * @property {readonly Write[]} writes
 * @property {Readonly<Record<string, { hash: string, version: string }>>} inForce by person
 * @property {readonly { at: number, messageId: string, to: string, kind: string, code?: string, link?: string }[]} mails
 * @property {readonly { userName: string, mail: string }[]} people
 * @property {readonly string[]} refused addresses that the mail server takes nothing for
 * @property {readonly { kind: string, from: number, to: number }[]} faults
 * @property {{ owed: number, keys: number, endless: readonly string[], dead: readonly any[], settleMs?: number }} rest
 * @property {{ code: number, said: string }} audit
 *
 * @typedef {{ number: number, at: number, person: string, act: string, before: string, after: string, hash: string, proposal?: string, generated?: true }} Write
 * @typedef {{ rule: string, what: string }} Violation
 */

/** @param {History} history @returns {{ violations: Violation[], figures: Record<string, any> }} */
export function check(history) {
  /** @type {Violation[]} */
  const violations = []
  const tell = (rule, what) => violations.push({ rule, what })
  const seen = merge(history)
  checkAnswers(seen, tell)
  checkWrites(seen, tell)
  const mails = checkMails(seen, tell)
  const ends = checkEnds(seen, tell)
  checkRest(history, tell)
  return { violations, figures: figuresOf(seen, { mails, ends }) }
}

/** Every answer is one that the dialect knows, no wrong code is right, and the same request gets the same answer. */
function checkAnswers(seen, tell) {
  const { sendings, failoverIn } = seen
  for (const one of sendings) {
    if (one.outcome === 'odd') tell('odd-answer', `${one.dialect} ${one.act}: ${one.code}`)
    if (one.act === 'code' && one.right === false && one.outcome === 'ok') tell('wrong-code-accepted', one.conversation)
  }
  for (const [bytes, same] of byKey(
    sendings.filter(({ outcome, fresh, act }) => (outcome === 'ok' || outcome === 'refused') && fresh !== true && !ONE_CALL.has(act)),
    ({ conversation, bytes }) => `${conversation} ${bytes}`,
  )) {
    const accepted = same.find(({ outcome }) => outcome === 'ok')
    if (!accepted) continue
    for (const one of same) {
      const soon = one.at < accepted.answeredAt + KEPT_MS
      const after = one.answeredAt >= accepted.answeredAt
      // One that reached a server whose clock is wrong may be refused before it is compared.
      const excused = failoverIn(accepted.at, one.answeredAt) || isOfWrongClock(seen, { ...one, at: one.answeredAt })
      if (soon && after && one.seen !== accepted.seen && !excused) {
        tell('unequal-answers', `${one.dialect} ${one.act} of ${one.conversation} (${bytes}): ${accepted.tag}, then ${one.tag ?? one.code}`)
      }
    }
  }
}

/** Flows that begin and end in one request: their replies are never kept. */
const ONE_CALL = new Set(['generate', 'change'])

/** When all is quiet, nothing is owed, nothing is kept for ever, and the audit trail is whole. */
function checkRest({ rest, audit }, tell) {
  if (rest.owed !== 0) tell('outbox-not-empty', `${rest.owed} items are owed still`)
  for (const key of rest.endless) tell('endless-key', key)
  if (audit.code !== 0) tell('audit-broken', audit.said.slice(0, 2_000))
}

function figuresOf({ sendings, writes, mails: taken, ends: endings, faults, history }, { mails, ends }) {
  const count = (list, keyOf) =>
    Object.fromEntries([...byKey(list, keyOf)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, all]) => [key, all.length]))
  return {
    conversations: endings.length,
    byDialect: count(endings, ({ dialect }) => dialect),
    ends,
    requests: sendings.length,
    sentAgain: sendings.filter(({ attempt, purpose }) => attempt > 1 && purpose === 'way').length,
    sentTwice: sendings.filter(({ purpose }) => purpose === 'twice').length,
    outcomes: count(sendings, ({ outcome }) => outcome),
    wrongCodes: sendings.filter(({ right }) => right === false).length,
    races: sendings.filter(({ purpose, attempt }) => purpose === 'race' && attempt === 1).length,
    replays: sendings.filter(({ purpose, attempt }) => purpose === 'replay' && attempt === 1).length,
    spentTokens: sendings.filter(({ purpose, attempt }) => purpose === 'spent' && attempt === 1).length,
    changes: writes.length,
    mails: taken.length,
    ...mails,
    deadLetters: history.rest.dead.length,
    faults: count(faults, ({ kind }) => kind),
    settledSeconds: Math.round((history.rest.settleMs ?? 0) / 1_000),
  }
}
