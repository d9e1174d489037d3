import type { CompiledAndLinked } from '../compile/compile-flows.js'
import { codeFacts } from '../diagnostics/codes.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import { ENSURED, type InRow, type Machine, type Rate, type Required } from '../machine/machine.js'
import type { Compared } from './compared.js'
import { finding, type DiffFinding } from './finding.js'
import { showDuration, showRate } from './show-amount.js'

/** The bounds of the flow as a whole. A bound that is wider is less safe. */
export function compareLimits({ old, now }: Compared): readonly DiffFinding[] {
  const [before, after] = [old.compiled.machine, now.compiled.machine]
  const at = { file: now.linked.file, span: now.linked.source.id?.span ?? { start: 0, end: 0 } }
  const found = [
    ...required(before.require, after.require),
    ...rates(before, after),
    ...messagesOfFlow(before.limits.messages.flow, after.limits.messages.flow),
    ...inRow(before.limits.failures.inRow, after.limits.failures.inRow),
    ...amount('`limits.messages.conversation`', before.limits.messages.conversation, after.limits.messages.conversation, String),
    ...amount('the life of a conversation, `expires`,', before.expiresSeconds, after.expiresSeconds, showDuration),
    ...unknownAccount(before, after),
    ...ensured(before, after),
  ].map((one) => ({ ...one, at }))
  return [...found, ...accepted(old, now)]
}

/** Told as a danger where it rose, as a note where it fell. */
export function amount(name: string, before: number, after: number, show: (value: number) => string): readonly DiffFinding[] {
  if (before === after) return []
  const rose = after > before
  return [finding(rose ? 'danger' : 'note', 'limit', `${name} ${rose ? 'rose' : 'fell'}: ${show(before)} -> ${show(after)}`)]
}

function required(before: Required, after: Required): readonly DiffFinding[] {
  if (before === 'vouched' || after === 'vouched') {
    if (before === after) return []
    const message =
      after === 'vouched'
        ? '`require` asks for a caller who vouches, and for no proof of the person'
        : '`require` asks for proof of the person, and for no caller who vouches'
    return [finding('danger', 'proof', message)]
  }
  return [
    ...(after.factors < before.factors
      ? [finding('danger', 'proof', `\`require.factors\` fell: ${before.factors} -> ${after.factors}`)]
      : []),
    ...(after.factors > before.factors
      ? [finding('note', 'proof', `\`require.factors\` rose: ${before.factors} -> ${after.factors}`)]
      : []),
    ...(before.distinctChannels && !after.distinctChannels
      ? [finding('danger', 'proof', '`require` no longer asks for two channels: whoever reads one mailbox may have both factors')]
      : []),
    ...(!before.distinctChannels && after.distinctChannels ? [finding('note', 'proof', '`require` asks for distinct channels now')] : []),
  ]
}

const RATES = [
  ['`limits.failures.principal`', ({ limits }: Machine) => limits.failures.principal],
  ['`limits.starts.address`', ({ limits }: Machine) => limits.starts.address],
  ['`limits.messages.destination`', ({ limits }: Machine) => limits.messages.destination],
] as const

function rates(before: Machine, after: Machine): readonly DiffFinding[] {
  return RATES.flatMap(([name, rateOf]) => {
    const [old, now] = [rateOf(before), rateOf(after)]
    return rate(name, old, now)
  })
}

function rate(name: string, old: Rate, now: Rate): readonly DiffFinding[] {
  if (old.count === now.count && old.seconds === now.seconds) return []
  const [hourly, atOnce] = [perHour(now) > perHour(old), now.count > old.count]
  const what = hourly ? 'rose' : atOnce ? 'lets more through at once' : 'fell'
  return [finding(hourly || atOnce ? 'danger' : 'note', 'limit', `${name} ${what}: ${showRate(old)} -> ${showRate(now)}`)]
}

/** The one bound that may be none. */
function messagesOfFlow(old: Rate | undefined, now: Rate | undefined): readonly DiffFinding[] {
  const name = '`limits.messages.flow`'
  if (old && now) return rate(name, old, now)
  if (old) return [finding('danger', 'limit', `${name} is gone: the flow may send any number of messages, was ${showRate(old)}`)]
  return now ? [finding('note', 'limit', `${name} bounds the messages of the flow now: ${showRate(now)}`)] : []
}

/** More failures in a row are less safe, and so are shorter waits between them. */
function inRow(before: InRow, after: InRow): readonly DiffFinding[] {
  const wait = (name: string, old: number, now: number): readonly DiffFinding[] =>
    amount(name, old, now, showDuration).map((one) => ({ ...one, severity: now < old ? 'danger' : 'note' }))
  return [
    ...amount('`limits.failures.inRow.free`', before.free, after.free, String),
    ...amount('`limits.failures.inRow.most`', before.most, after.most, String),
    ...wait('`limits.failures.inRow.wait`', before.waitSeconds, after.waitSeconds),
    ...wait('`limits.failures.inRow.longest`', before.longestSeconds, after.longestSeconds),
  ]
}

function perHour({ count, seconds }: Rate): number {
  return (count * 3600) / seconds
}

function unknownAccount({ unknownAccount: before }: Machine, { unknownAccount: after }: Machine): readonly DiffFinding[] {
  if (before === after) return []
  return after === 'reveal'
    ? [finding('danger', 'limit', 'strangers can find out who has an account: `unknownAccount` is `reveal`, was `hide`')]
    : [finding('note', 'limit', 'strangers can no longer find out who has an account: `unknownAccount` is `hide`, was `reveal`')]
}

const ENSURED_WORDS = {
  notify: 'tells the person',
  revokeSessions: 'ends the sessions that are open',
  clearLockout: 'unlocks the account',
} as const

function ensured(before: Machine, after: Machine): readonly DiffFinding[] {
  return ENSURED.flatMap((what) => {
    const [was, is] = [before.ensure.includes(what), after.ensure.includes(what)]
    if (was === is) return []
    // An account that stays locked is no less safe.
    const severity = was && what !== 'clearLockout' ? 'danger' : 'change'
    return [
      finding(
        severity,
        'limit',
        `a change ${was ? 'no longer' : 'now'} ${ENSURED_WORDS[what]}: \`ensure\` ${was ? 'lost' : 'gained'} ${quote(what)}`,
      ),
    ]
  })
}

function accepted(old: CompiledAndLinked, now: CompiledAndLinked): readonly DiffFinding[] {
  const keyOf = ({ code, at }: { readonly code?: { readonly text: string }; readonly at?: { readonly text: string } }): string =>
    `${code?.text} ${at?.text}`
  const before = old.linked.source.allow.map(keyOf)
  return now.linked.source.allow.flatMap((entry) => {
    if (!entry.code || before.includes(keyOf(entry))) return []
    const where = entry.at ? ` at ${quoteAll([entry.at.text])}` : ''
    const severity = codeFacts(entry.code.text)?.mustAccept === true ? 'danger' : 'change'
    return [
      finding(severity, 'limit', `the warning ${quote(entry.code.text)}${where} is accepted: read the reason under \`allow\``, {
        at: { file: now.linked.file, span: entry.code.span },
      }),
    ]
  })
}
