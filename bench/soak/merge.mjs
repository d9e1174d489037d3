/** Answers by which a dialect says that the password is changed. */
const ENDS = {
  forgerock: ['resetStage end'],
  centrify: ['NoncommitalSuccess'],
  airlock: ['end'],
  cidaas: ['reseted', 'changed'],
  'bright-pattern': ['ok'],
}
export const CHANGING = new Set(['password', 'change', 'generate'])
const CLOCKS = new Set(['clock-ahead', 'clock-behind'])
const BREAKING = new Set(['redis-restart', 'redis-failover', 'redis-frozen', 'postgres-restart', 'kill', 'rolling-restart'])
/** How long a promotion may cast its shadow back: what a replica had not yet been given, and what was under way. */
const BEFORE_PROMOTION_MS = 1_000
/** How long parts need to find each other again after a fault. */
const AFTER_FAULT_MS = 10_000

/** Brings the lines of a history together: a sending is a request with the answer it got. @param {import('./checker.mjs').History} history */
export function merge(history) {
  const answers = new Map(history.lines.filter(({ is }) => is === 'answer').map((line) => [line.sending, line]))
  const sendings = history.lines
    .filter(({ is }) => is === 'invoke')
    .map((line) => {
      const answer = answers.get(line.sending)
      const { outcome = 'unknown', code, tag, seen, at: answeredAt = Number.POSITIVE_INFINITY } = answer ?? {}
      const isEnd = CHANGING.has(line.act) && outcome === 'ok' && ENDS[line.dialect].includes(tag)
      return { ...line, outcome, code, tag, seen, answeredAt, isEnd, mayHaveActed: outcome !== 'unreached' }
    })
  const failovers = history.faults.filter(({ kind }) => kind === 'redis-failover')
  return {
    history,
    sendings,
    writes: history.writes,
    mails: history.mails,
    faults: history.faults,
    ends: history.lines.filter(({ is }) => is === 'end'),
    carriers: history.lines.filter(({ is }) => is === 'carrier'),
    byConversation: byKey(sendings, ({ conversation }) => conversation),
    writesOf: byKey(history.writes, ({ person }) => person),
    /** Whether a replica was promoted meanwhile, so that the store may have gone back. */
    failoverIn: (from, to) => failovers.some((fault) => fault.from - BEFORE_PROMOTION_MS < to && fault.to > from),
    /** Whether the clock of a server was wrong meanwhile. */
    clockFaultIn: (from, to) => history.faults.some(({ kind, ...fault }) => CLOCKS.has(kind) && fault.from < to && fault.to > from),
    /** Whether something that answers depend on was broken meanwhile, or had just been. No mail server is. */
    faultIn: (from, to) =>
      history.faults.some(({ kind, ...fault }) => BREAKING.has(kind) && fault.from < to && fault.to + AFTER_FAULT_MS > from),
  }
}

/** @template T @param {Iterable<T>} list @param {(one: T) => string} keyOf @returns {Map<string, T[]>} */
export function byKey(list, keyOf) {
  const groups = new Map()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

/** The conversation that a proposal is of. @param {string} proposal */
export function conversationOf(proposal) {
  return proposal.split('.')[0] ?? ''
}
