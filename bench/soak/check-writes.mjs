import { byKey, conversationOf } from './merge.mjs'

/** The changes that the database made are those that were accepted, each once, each proved, none of them over one that it had not seen. */
export function checkWrites(seen, tell) {
  checkChain(seen, tell)
  checkAuthors(seen, tell)
  checkAccepted(seen, tell)
  checkOrder(seen, tell)
  checkFreshness(seen, tell)
}

/** Each change stands on the one before it, and the last one is in force. */
function checkChain({ writesOf, history }, tell) {
  for (const [person, writes] of writesOf) {
    for (const [at, write] of writes.entries()) {
      const earlier = writes[at - 1]
      if (earlier && earlier.after !== write.before)
        tell('lost-update', `${person}: change ${write.number} was not made upon ${earlier.number}`)
    }
    const last = writes.at(-1)
    const { hash, version } = history.inForce[person] ?? {}
    if (last.hash !== hash || last.after !== version) tell('not-in-force', `${person}: the last change is not in force`)
  }
}

/** Each change was asked for, by a conversation that had proved who it was, and none of them twice. */
function checkAuthors({ writesOf, sendings, byConversation }, tell) {
  const proposals = byKey(
    sendings.filter(({ proposal }) => proposal !== undefined),
    ({ proposal }) => proposal,
  )
  for (const [person, writes] of writesOf) {
    const ours = writes.filter(({ proposal }) => proposal !== undefined)
    for (const [proposal, same] of byKey(ours, (write) => write.proposal)) {
      if (same.length > 1) tell('double-change', `${person}: ${proposal} was written ${same.length} times`)
    }
    for (const [conversation, same] of byKey(ours, (write) => conversationOf(write.proposal))) {
      if (same.length > 1) tell('double-change', `${person}: conversation ${conversation} made ${same.length} changes`)
      const requests = byConversation.get(conversation) ?? []
      for (const { proposal, at, number } of same) {
        const asked = proposals.get(proposal) ?? []
        if (asked.some(({ purpose }) => purpose === 'spent')) tell('spent-token-acted', `${person}: change ${number} by ${proposal}`)
        if (!asked.some((one) => one.mayHaveActed && one.at <= at)) tell('change-unasked', `${person}: change ${number} by ${proposal}`)
        const proved = requests.some((one) => one.mayHaveActed && one.at <= at && (one.right === true || one.act === 'change'))
        if (!proved) tell('unproven-change', `${person}: change ${number} by ${proposal}`)
      }
    }
    checkGenerated(person, writes, sendings, tell)
  }
  for (const [act, same] of byKey(
    [...writesOf.values()].flat().filter((write) => write.act !== null),
    ({ act }) => act,
  )) {
    if (same.length > 1) tell('double-change', `act ${act} was written ${same.length} times`)
  }
}

/** Generated passwords are known from answers; of calls without one there may be changes whose password nobody has seen. */
function checkGenerated(person, writes, sendings, tell) {
  const unseen = writes.filter(({ proposal, generated }) => proposal === undefined && generated !== true)
  const calls = sendings.filter((one) => one.person === person && one.act === 'generate' && one.mayHaveActed && one.outcome !== 'ok')
  if (unseen.length > calls.length)
    tell('change-unasked', `${person}: ${unseen.length} changes by nobody, ${calls.length} calls without an answer`)
}

/** What was answered as changed has been changed. */
function checkAccepted({ sendings, writes, ends }, tell) {
  const written = new Set(writes.map(({ proposal }) => proposal))
  for (const one of sendings.filter(({ isEnd }) => isEnd)) {
    if (one.purpose === 'spent') tell('spent-token-accepted', `${one.person}: ${one.proposal}`)
    if (one.proposal !== undefined && !written.has(one.proposal))
      tell('lost-change', `${one.person}: ${one.proposal} was answered as changed`)
  }
  const generated = byKey(
    writes.filter((write) => write.generated === true),
    ({ person }) => person,
  )
  for (const [person, ended] of byKey(
    ends.filter((end) => end.generated !== undefined),
    (end) => end.person,
  )) {
    const made = generated.get(person)?.length ?? 0
    if (made !== ended.length) tell('lost-change', `${person}: ${ended.length} generated passwords were answered, ${made} were written`)
  }
}

/** What was answered before something else was asked for was written before it. */
function checkOrder({ sendings, writesOf }, tell) {
  const proposals = byKey(sendings, ({ proposal = '' }) => proposal)
  for (const [person, writes] of writesOf) {
    const times = writes
      .filter(({ proposal }) => proposal !== undefined)
      .map((write) => {
        const asked = proposals.get(write.proposal) ?? []
        const answered = asked.filter(({ isEnd }) => isEnd).map(({ answeredAt }) => answeredAt)
        return { write, from: Math.min(...asked.map(({ at }) => at)), to: Math.min(...answered) }
      })
    for (const [at, later] of times.entries()) {
      for (const earlier of times.slice(0, at)) {
        if (later.to < earlier.from)
          tell('out-of-order', `${person}: change ${later.write.number} was answered before ${earlier.write.number} was asked for`)
      }
    }
  }
}

/** A conversation that named the person before a change of somebody else makes none after it. */
function checkFreshness({ writesOf, byConversation }, tell) {
  for (const [person, writes] of writesOf) {
    for (const [at, write] of writes.entries()) {
      if (write.proposal === undefined) continue
      const conversation = conversationOf(write.proposal)
      const namings = (byConversation.get(conversation) ?? []).filter((one) => one.names === true && one.act !== 'change')
      if (namings.length === 0) continue
      // The last one to be answered: whatever was read, it was read before that.
      const named = Math.max(...namings.filter(({ outcome }) => outcome === 'ok').map(({ answeredAt }) => answeredAt))
      const between = writes.slice(0, at).find((other) => other.at > named && !isOf(other, conversation))
      if (between)
        tell('stale-change', `${person}: change ${write.number} by a conversation that was begun before change ${between.number}`)
    }
  }
}

function isOf({ proposal }, conversation) {
  return proposal !== undefined && conversationOf(proposal) === conversation
}
