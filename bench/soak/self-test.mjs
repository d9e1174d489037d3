import { deepEqual } from 'node:assert/strict'
import { check } from './checker.mjs'

/**
 * Shows that the checker sees what it is there for: a small history in which all is well, and the same one with one thing wrong in it at a time.
 * @throws AssertionError
 */
export function selfTest() {
  deepEqual(rulesOf(goodHistory()), [])
  const plants = Object.entries(PLANTS)
  for (const [name, planted] of plants) {
    const history = goodHistory()
    planted.plant(history)
    deepEqual(rulesOf(history), planted.rules, `planted: ${name}`)
  }
  return plants.length
}

function rulesOf(history) {
  return [...new Set(check(history).violations.map(({ rule }) => rule))].toSorted()
}

/** Ada resets her password (a), and again (b). */
function goodHistory() {
  const lines = [...resetOf('a', 1_000), ...resetOf('b', 20_000)]
  return {
    lines,
    writes: [writeOf(1, 1_450, 'a.1', 'v0', 'v1'), writeOf(2, 20_450, 'b.1', 'v1', 'v2')],
    inForce: { ada: { hash: 'hash of b.1', version: 'v2' } },
    mails: [mailOf('code', 1_250, 'token-a'), mailOf('notice', 1_600), mailOf('code', 20_250, 'token-b'), mailOf('notice', 20_600)],
    people: [
      { userName: 'ada', mail: 'ada@example.com' },
      { userName: 'lou', mail: 'lou@example.com' },
    ],
    refused: ['lou@example.com'],
    faults: [{ kind: 'redis-restart', from: 50_000, to: 51_000 }],
    rest: { owed: 0, keys: 3, endless: [], dead: [] },
    audit: { code: 0, said: '' },
  }
}

let sent = 0

/** A request and its answer 50 ms later. */
function said(conversation, at, act, answer, more = {}) {
  const sending = String(++sent)
  return [
    {
      is: 'invoke',
      at,
      sending,
      request: sending,
      attempt: 1,
      conversation,
      person: 'ada',
      dialect: 'forgerock',
      act,
      purpose: 'way',
      bytes: `${act} ${conversation}`,
      ...more,
    },
    { is: 'answer', at: at + 50, sending, outcome: 'ok', seen: `${act} ${conversation}`, ...answer },
  ]
}

function resetOf(conversation, at) {
  return [
    ...said(conversation, at, 'start', { tag: 'userQuery initial' }, { fresh: true }),
    ...said(conversation, at + 100, 'name', { tag: 'emailValidation validateCode' }, { names: true, owes: 'code' }),
    { is: 'carrier', at: at + 150, conversation, person: 'ada', carrier: `token-${conversation}` },
    ...said(conversation, at + 300, 'code', { tag: 'resetStage initial' }, { right: true }),
    ...said(conversation, at + 400, 'password', { tag: 'resetStage end' }, { proposal: `${conversation}.1` }),
    {
      is: 'end',
      at: at + 450,
      begun: at,
      conversation,
      person: 'ada',
      dialect: 'forgerock',
      plan: {},
      how: 'completed',
      proposal: `${conversation}.1`,
    },
  ]
}

function writeOf(number, at, proposal, before, after) {
  return { number, at, person: 'ada', act: `act ${number}`, before, after, proposal, hash: `hash of ${proposal}`, oldHash: '' }
}

function mailOf(kind, at, about) {
  return { at, messageId: `<${kind}-${at}>`, to: 'ada@example.com', kind, ...(about && { code: '12345678', about }) }
}

const invokes = (history, act, conversation) =>
  history.lines.find((line) => line.is === 'invoke' && line.act === act && line.conversation === conversation)
const answers = (history, act, conversation) => {
  const { sending } = invokes(history, act, conversation)
  return history.lines.find((line) => line.is === 'answer' && line.sending === sending)
}
const ends = (history, conversation) => history.lines.find((line) => line.is === 'end' && line.conversation === conversation)
/** One more change after all, with its notice. */
const changeAgain = (history, proposal, more = {}) => {
  history.writes.push({ ...writeOf(3, 21_000, proposal, 'v2', 'v3'), ...more })
  history.inForce.ada = { hash: `hash of ${proposal}`, version: 'v3' }
  history.mails.push(mailOf('notice', 21_100))
}

const PLANTS = {
  'a password written twice': { rules: ['double-change'], plant: (history) => changeAgain(history, 'b.1') },
  'two passwords of one conversation': {
    rules: ['double-change'],
    plant(history) {
      history.lines.push(
        ...said('b', 20_400, 'password', { outcome: 'refused', code: '400 spent' }, { proposal: 'b.2', purpose: 'race', bytes: 'another' }),
      )
      changeAgain(history, 'b.2')
    },
  },
  'an act written twice': { rules: ['double-change'], plant: (history) => (history.writes[1].act = 'act 1') },
  'a change that is not there': {
    rules: ['lost-change', 'notice-too-many'],
    plant(history) {
      history.writes.pop()
      history.inForce.ada = { hash: 'hash of a.1', version: 'v1' }
    },
  },
  'a change undone by another program': { rules: ['not-in-force'], plant: (history) => (history.inForce.ada.hash = 'hash of a.1') },
  'a change over one that it had not seen': { rules: ['lost-update'], plant: (history) => (history.writes[1].before = 'v0') },
  'a change that nobody asked for': { rules: ['change-unasked', 'double-change'], plant: (history) => changeAgain(history, 'b.9') },
  'a generated password that nobody asked for': {
    rules: ['change-unasked'],
    plant: (history) => changeAgain(history, 'x', { proposal: undefined }),
  },
  'a change before the code was sent': {
    rules: ['unproven-change'],
    plant: (history) => ((invokes(history, 'code', 'b').right = false), (answers(history, 'code', 'b').outcome = 'refused')),
  },
  'a wrong code that was right': {
    rules: ['unproven-change', 'wrong-code-accepted'],
    plant: (history) => (invokes(history, 'code', 'b').right = false),
  },
  'a spent token that acted': {
    rules: ['double-change', 'spent-token-acted'],
    plant(history) {
      history.lines.push(...said('b', 20_900, 'password', { outcome: 'unknown' }, { proposal: 'b.2', purpose: 'spent', bytes: 'another' }))
      changeAgain(history, 'b.2')
    },
  },
  'a spent token that was taken': {
    rules: ['lost-change', 'spent-token-accepted'],
    plant: (history) =>
      history.lines.push(
        ...said('b', 20_900, 'password', { tag: 'resetStage end' }, { proposal: 'b.2', purpose: 'spent', bytes: 'another' }),
      ),
  },
  'a change by a conversation that was older than another change': {
    rules: ['stale-change'],
    plant(history) {
      for (const act of ['start', 'name']) {
        invokes(history, act, 'b').at -= 19_500
        answers(history, act, 'b').at -= 19_500
      }
      history.mails[2].at = 800
    },
  },
  'changes in the wrong order': {
    rules: ['change-unasked', 'out-of-order', 'stale-change', 'unproven-change'],
    plant(history) {
      const [first, second] = history.writes
      Object.assign(first, { proposal: 'b.1', hash: 'hash of b.1' })
      Object.assign(second, { proposal: 'a.1', hash: 'hash of a.1' })
      history.inForce.ada.hash = 'hash of a.1'
    },
  },
  'a code that never came': { rules: ['lost-message'], plant: (history) => history.mails.splice(2, 1) },
  'a code of another conversation in its place': { rules: ['lost-message'], plant: (history) => (history.mails[2].about = 'token-c') },
  'a notice that never came': { rules: ['lost-notice'], plant: (history) => history.mails.pop() },
  'a mail that came again as another message': {
    rules: ['message-too-many'],
    plant: (history) => history.mails.push(mailOf('code', 20_300, 'token-b')),
  },
  'a notice of no change': { rules: ['notice-too-many'], plant: (history) => history.mails.push(mailOf('notice', 20_700)) },
  'a repetition with another code': {
    rules: ['different-repetition'],
    plant: (history) => history.mails.push({ ...history.mails[2], code: '87654321' }),
  },
  'a mail to nobody': {
    rules: ['mail-to-nobody'],
    plant: (history) => history.mails.push({ ...mailOf('code', 1_300, 'token-z'), to: 'nobody@example.com' }),
  },
  'a letter set aside without reason': {
    rules: ['dead-letter', 'message-too-many'],
    plant: (history) => history.rest.dead.push({ id: '1', reason: 'fault' }),
  },
  'a refused address without a letter set aside': {
    rules: ['lost-message'],
    plant: (history) =>
      history.lines.push(
        ...said('c', 30_000, 'name', { tag: 'emailValidation validateCode' }, { person: 'lou', names: true, owes: 'code' }),
        { is: 'end', at: 31_000, begun: 30_000, conversation: 'c', person: 'lou', dialect: 'forgerock', plan: {}, how: 'no-mail' },
      ),
  },
  'an answer that the dialect does not have': {
    rules: ['odd-answer'],
    plant: (history) => history.lines.push(...said('b', 20_100, 'look', { outcome: 'odd', code: '500' })),
  },
  'another answer to the same request': {
    rules: ['unequal-answers'],
    plant: (history) => history.lines.push(...said('b', 20_200, 'name', { seen: 'something else' }, { names: true, owes: 'code' })),
  },
  'a refusal after a yes': {
    rules: ['unequal-answers'],
    plant: (history) =>
      history.lines.push(...said('b', 20_500, 'password', { outcome: 'refused', seen: 'no', code: '400' }, { proposal: 'b.1' })),
  },
  'unavailable while nothing is broken': {
    rules: ['unavailable-without-fault'],
    plant: (history) => history.lines.push(...said('b', 20_100, 'look', { outcome: 'unavailable' })),
  },
  'unavailable while no more than the mail server is down': {
    rules: ['unavailable-without-fault'],
    plant(history) {
      history.faults.push({ kind: 'mail-down', from: 20_000, to: 21_000 })
      history.lines.push(...said('b', 20_100, 'look', { outcome: 'unavailable' }))
    },
  },
  'unavailable at a code while no more than a clock is wrong': {
    rules: ['unavailable-without-fault'],
    plant(history) {
      history.faults.push({ kind: 'clock-behind', from: 20_000, to: 21_000 })
      history.lines.push(...said('b', 20_250, 'code', { outcome: 'unavailable' }, { right: true }))
    },
  },
  'a notice that the next change, much later, does not stand for': {
    rules: ['lost-notice'],
    plant: (history) => history.mails.splice(1, 1),
  },
  'a conversation that fails for no reason': {
    rules: ['unexplained-end'],
    plant(history) {
      Object.assign(ends(history, 'b'), { how: 'refused', act: 'code', code: '400 Invalid code' })
      invokes(history, 'password', 'b').act = 'look'
      history.writes.pop()
      history.mails.pop()
      history.inForce.ada = { hash: 'hash of a.1', version: 'v1' }
    },
  },
  'a client that gives up while nothing is broken': {
    rules: ['unexplained-end'],
    plant: (history) => Object.assign(ends(history, 'a'), { how: 'gave-up', act: 'password' }),
  },
  'a conversation without an end': {
    rules: ['no-end'],
    plant: (history) => history.lines.splice(history.lines.indexOf(ends(history, 'a')), 1),
  },
  'something owed still': { rules: ['outbox-not-empty'], plant: (history) => (history.rest.owed = 2) },
  'a key that stays for ever': { rules: ['endless-key'], plant: (history) => history.rest.endless.push('soak:budget:x') },
  'an audit trail that was changed': {
    rules: ['audit-broken'],
    plant: (history) => (history.audit = { code: 1, said: 'a line was changed' }),
  },
}
