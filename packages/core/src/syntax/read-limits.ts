import type { Limits, Rate, Required } from '../machine/machine.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { DEFAULTS, MOST_FACTORS } from './defaults.js'
import type { Entry } from './node.js'
import { readKeys } from './read-keys.js'
import { readBoolean, readInteger, readMap, readRate, reportWrongType, textOf } from './read-value.js'

const MOST_MESSAGES = 100

/** Reads `limits`; what it leaves out keeps its default. */
export function readLimits(reporter: Reporter, entry: Entry | undefined, defaults: Limits = DEFAULTS.limits): Limits {
  const { failures, starts, messages } = defaults
  const limits = readParts(reporter, entry, '`limits`', ['failures', 'starts', 'messages'])
  const ofFailures = readParts(reporter, limits.get('failures'), '`failures`', ['principal'])
  const ofStarts = readParts(reporter, limits.get('starts'), '`starts`', ['address'])
  const ofMessages = readParts(reporter, limits.get('messages'), '`messages`', ['conversation', 'destination'])
  const rate = (at: Entry | undefined, fallback: Rate): Rate => (at && readRate(reporter, at)) ?? fallback
  const conversation = ofMessages.get('conversation')
  return {
    failures: { principal: rate(ofFailures.get('principal'), failures.principal) },
    starts: { address: rate(ofStarts.get('address'), starts.address) },
    messages: {
      conversation: (conversation && readInteger(reporter, conversation, { from: 1, to: MOST_MESSAGES })) ?? messages.conversation,
      destination: rate(ofMessages.get('destination'), messages.destination),
    },
  }
}

/** Reads `require`: a mapping with `factors` and `distinctChannels`, or the word `vouched`. */
export function readRequire(reporter: Reporter, entry: Entry | undefined): Required {
  if (!entry) return DEFAULTS.require
  if (textOf(entry.value)?.text === 'vouched') return 'vouched'
  if (entry.value.is !== 'map') {
    reportWrongType(reporter, '`require`', entry.value, 'a mapping with `factors` and `distinctChannels`, or `vouched`')
    return DEFAULTS.require
  }
  const keys = readKeys(reporter, entry.value, { of: '`require`', keys: ['factors', 'distinctChannels'] })
  const factors = keys.get('factors')
  const distinct = keys.get('distinctChannels')
  return {
    factors: (factors && readInteger(reporter, factors, { from: 1, to: MOST_FACTORS })) ?? DEFAULTS.require.factors,
    distinctChannels: (distinct && readBoolean(reporter, distinct)) ?? DEFAULTS.require.distinctChannels,
  }
}

function readParts(reporter: Reporter, entry: Entry | undefined, of: string, keys: readonly string[]): ReadonlyMap<string, Entry> {
  const map = entry && readMap(reporter, entry, 'a mapping')
  return map ? readKeys(reporter, map, { of, keys }) : new Map()
}
