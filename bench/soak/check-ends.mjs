import { CHANGING, conversationOf } from './merge.mjs'

/** Wrong tries that end a conversation in the flows that are played. */
const TRIES = 5
/** By how much the clock of a server is set wrong, and a little more. */
const CLOCK_MS = 100_000
/** A bearer token of before the last change, or of the future; a request id of the future. */
const WRONG_CLOCK = /^change 401|^name 400 10001$/
/** How many tries in a row cost nothing, as `limits.failures.inRow.free` has it; the next one waits, and no code is right meanwhile. */
const FREE_IN_ROW = 10
/** How long a client goes on trying. */
const PATIENCE_MS = 50_000

/** Every conversation ended in a way that the history explains. @returns {Record<string, number>} how many ended how */
export function checkEnds(seen, tell) {
  const counts = {}
  const ended = new Map(seen.ends.map((end) => [end.conversation, end]))
  for (const conversation of seen.byConversation.keys()) {
    if (!ended.has(conversation)) tell('no-end', conversation)
  }
  for (const end of ended.values()) {
    const why = explained(seen, end)
    if (why === undefined) {
      const { conversation, person, dialect, how, act, code } = end
      tell('unexplained-end', `${dialect} ${conversation} of ${person}: ${how} at ${act}, ${code}`)
    } else counts[why] = (counts[why] ?? 0) + 1
  }
  checkUnavailable(seen, tell)
  return counts
}

/** Why a conversation ended as it did, in one word; undefined when nothing says so. */
function explained(seen, end) {
  const { how, at } = end
  switch (how) {
    case 'completed':
    case 'left':
      return how
    case 'gave-up':
      return seen.faultIn(at - PATIENCE_MS, at) ? 'unavailable' : undefined
    case 'no-mail':
      return whyNoMail(seen, end)
    case 'refused':
      return whyRefused(seen, end)
    default:
      return undefined
  }
}

function whyNoMail(seen, { conversation, person, begun, at }) {
  const address = seen.history.people.find(({ userName }) => userName === person)?.mail
  if (seen.history.refused.includes(address)) return 'address-refuses-mail'
  const { carrier } = seen.carriers.find((line) => line.conversation === conversation) ?? {}
  const came = seen.mails.some((mail) => mail.to === address && mail.at > begun && (carrier === undefined || mail.about === carrier))
  if (came) return 'mail-came-late'
  return seen.failoverIn(begun, at) ? 'lost-with-a-master' : undefined
}

function whyRefused(seen, { conversation, person, act, code, begun, at, plan }) {
  const requests = seen.byConversation.get(conversation) ?? []
  const writes = seen.writesOf.get(person) ?? []
  const wrong = requests.filter(({ right, mayHaveActed }) => right === false && mayHaveActed).length
  if (act === 'code' && wrong >= TRIES) return plan.attacker === true || !isKnown(seen, person) ? 'guessing-refused' : 'tries-used-up'
  if (writes.some((write) => isOf(write, conversation))) return 'changed-without-answer'
  if (writes.some((write) => write.at > begun - 1 && write.at < at)) return 'changed-meanwhile'
  if (act === 'code' && triesInRow(seen, person, at) > FREE_IN_ROW) return 'limited-after-tries-in-row'
  if (isOfWrongClock(seen, { act, code, at })) return 'refused-by-a-wrong-clock'
  return seen.failoverIn(begun, at) ? 'store-went-back' : undefined
}

/** A server whose clock is wrong gives out times of the future, or takes good ones for such; the next try elsewhere goes well. */
export function isOfWrongClock(seen, { act, code, at }) {
  return WRONG_CLOCK.test(`${act} ${code}`) && seen.clockFaultIn(at - CLOCK_MS, at)
}

/** Codes that somebody has sent since one was right, answered or not: each is counted before it is judged. */
function triesInRow({ sendings }, person, until) {
  const tries = sendings
    .filter((one) => one.person === person && one.act === 'code' && one.mayHaveActed && one.at < until)
    .toSorted((a, b) => a.at - b.at)
  return tries.length - 1 - tries.findLastIndex(({ outcome }) => outcome === 'ok')
}

function isOf({ proposal }, conversation) {
  return proposal !== undefined && conversationOf(proposal) === conversation
}

function isKnown(seen, person) {
  return seen.history.people.some(({ userName }) => userName === person)
}

/** Nobody is told that a part is down while none is. */
function checkUnavailable(seen, tell) {
  for (const one of seen.sendings.filter(({ outcome }) => outcome === 'unavailable')) {
    if (seen.faultIn(one.at, one.answeredAt)) continue
    // A change has a deadline, which a server makes with its own clock: one that is wrong makes none.
    if (CHANGING.has(one.act) && seen.clockFaultIn(one.at, one.answeredAt)) continue
    // This wire has one word for every failure: that of a change by somebody else as well.
    const changed = (seen.writesOf.get(one.person) ?? []).some(({ at }) => at > one.at && at < one.answeredAt)
    if (one.act === 'generate' && changed) continue
    tell('unavailable-without-fault', `${one.dialect} ${one.act} of ${one.conversation}`)
  }
}
