import { byKey } from './merge.mjs'

/** A change that was cut off is looked at when its lease has ended, and again as long as that fails. */
const OVERTAKEN_MS = 60_000

/**
 * What was answered as sent arrives, whatever was broken meanwhile; it arrives again only as the same message; and nobody is written to whom nobody named.
 * Only a promotion may lose a message: what a replica had not been given is lost with its master. Those are counted.
 * @returns {{ repeatedMails: number, notices: number, lostWithAMaster: number, toldWithTheNext: number }}
 */
export function checkMails(seen, tell) {
  const { mails, history } = seen
  const refused = new Set(history.refused)
  const boxes = byKey(mails, ({ to }) => to)
  const known = new Map(history.people.map(({ userName, mail }) => [userName, mail]))
  let lostWithAMaster = 0
  let toldWithTheNext = 0
  for (const to of boxes.keys()) if (![...known.values()].includes(to)) tell('mail-to-nobody', to)
  for (const [messageId, same] of byKey(mails, (mail) => mail.messageId)) {
    if (same.some(({ to, kind, code }) => to !== same[0].to || kind !== same[0].kind || code !== same[0].code)) {
      tell('different-repetition', messageId)
    }
  }
  const owing = byKey(
    seen.sendings.filter(({ owes, mayHaveActed }) => owes === 'code' && mayHaveActed),
    ({ person }) => person,
  )
  for (const [person, address] of known) {
    if (refused.has(address)) continue
    const box = boxes.get(address) ?? []
    const sendings = owing.get(person) ?? []
    const accepted = [...byKey(sendings, sameBytes)].filter(([, tries]) => tries.some(({ outcome }) => outcome === 'ok'))
    const codes = distinct(box, 'code')
    const lost = accepted.length - codes
    const excused = accepted.filter(([, tries]) => tries.some((one) => seen.failoverIn(one.at, one.answeredAt))).length
    if (lost > excused) tell('lost-message', `${person}: ${accepted.length} codes were answered as sent, ${codes} came`)
    else if (lost > 0) lostWithAMaster += lost
    if (codes > sendings.length) tell('message-too-many', `${person}: ${sendings.length} requests for codes, ${codes} came`)

    const writes = seen.writesOf.get(person) ?? []
    const notices = distinct(box, 'notice')
    const untold = writes.length - notices
    const near = writes.filter(({ at }) => seen.failoverIn(at - 1_000, at + 1_000)).length
    const overtaken = overtakenOf(seen, writes)
    toldWithTheNext += Math.max(0, Math.min(untold, overtaken))
    if (untold > near + overtaken) tell('lost-notice', `${person}: ${writes.length} changes, ${notices} notices`)
    else if (untold > overtaken) lostWithAMaster += untold - overtaken
    if (untold < 0) tell('notice-too-many', `${person}: ${writes.length} changes, ${notices} notices`)
  }
  checkCarriers(seen, refused, known, tell)
  checkDead(seen, refused, known, tell)
  const different = new Set(mails.map(({ messageId }) => messageId)).size
  return { repeatedMails: mails.length - different, notices: distinct(mails, 'notice'), lostWithAMaster, toldWithTheNext }
}

/**
 * Changes that nobody was told of when the next one was made: they were cut off, and whether they had been made cannot be told from the directory any
 * more, which remembers its last act. The person hears of the next one.
 */
function overtakenOf({ sendings }, writes) {
  return writes.filter((write, at) => {
    const next = writes[at + 1]
    if (!next) return false
    const told =
      write.generated === true ||
      sendings.some((one) => one.isEnd && write.proposal !== undefined && one.proposal === write.proposal && one.answeredAt < next.at)
    return !told && next.at - write.at < OVERTAKEN_MS
  }).length
}

/** Where a mail says which conversation it is of, each conversation has its own. */
function checkCarriers(seen, refused, known, tell) {
  const came = new Set(seen.mails.map(({ about }) => about))
  for (const { conversation, person, carrier } of seen.carriers) {
    const address = known.get(person)
    const sent = (seen.byConversation.get(conversation) ?? []).find(({ owes, outcome }) => owes === 'code' && outcome === 'ok')
    if (address === undefined || refused.has(address) || !sent) continue
    if (!came.has(carrier) && !seen.failoverIn(sent.at, sent.answeredAt)) tell('lost-message', `${person}: conversation ${conversation}`)
  }
}

/** Letters were set aside for those addresses alone that take none, and all of those were. */
function checkDead(seen, refused, known, tell) {
  const { dead } = seen.history.rest
  for (const letter of dead.filter(({ reason }) => reason !== 'refused-550')) tell('dead-letter', JSON.stringify(letter))
  const unreachable = new Set([...known].filter(([, address]) => refused.has(address)).map(([person]) => person))
  const sendings = seen.sendings.filter(({ owes, person, mayHaveActed }) => owes === 'code' && mayHaveActed && unreachable.has(person))
  const accepted = new Set(sendings.filter(({ outcome }) => outcome === 'ok').map(sameBytes)).size
  const writes = seen.writes.filter(({ person }) => unreachable.has(person)).length
  if (dead.length < accepted + writes && !sendings.some((one) => seen.failoverIn(one.at, one.answeredAt))) {
    tell('lost-message', `${accepted + writes} messages to addresses that refuse them, ${dead.length} were set aside`)
  }
  if (dead.length > sendings.length + writes)
    tell('message-too-many', `${dead.length} letters were set aside, ${sendings.length + writes} at most were owed`)
}

/** One request, however often it was sent. */
function sameBytes({ conversation, bytes }) {
  return `${conversation} ${bytes}`
}

function distinct(box, kind) {
  return new Set(box.filter((mail) => mail.kind === kind).map(({ messageId }) => messageId)).size
}
