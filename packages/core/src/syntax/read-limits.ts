import { MOST_IN_ROW, type InRow, type Limits, type Rate, type Required } from '../machine/machine.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { DEFAULTS, MOST_FACTORS } from './defaults.js'
import type { Entry } from './node.js'
import { readKeys } from './read-keys.js'
import { readBoolean, readDuration, readInteger, readMap, readRate, reportWrongType, textOf } from './read-value.js'

const MOST_MESSAGES = 100

const LONGEST_WAIT = { seconds: 86_400, text: '`24h`' }

/** Reads `limits`; what it leaves out keeps its default. */
export function readLimits(reporter: Reporter, entry: Entry | undefined, defaults: Limits = DEFAULTS.limits): Limits {
  if (!entry) return defaults
  const { failures, starts, messages } = defaults
  const limits = readParts(reporter, entry, '`limits`', ['failures', 'starts', 'messages'])
  const ofFailures = readParts(reporter, limits.get('failures'), '`failures`', ['principal', 'inRow'])
  const ofStarts = readParts(reporter, limits.get('starts'), '`starts`', ['address'])
  const ofMessages = readParts(reporter, limits.get('messages'), '`messages`', ['conversation', 'destination', 'flow'])
  const rate = (at: Entry | undefined, fallback: Rate): Rate => (at && readRate(reporter, at)) ?? fallback
  const conversation = ofMessages.get('conversation')
  const flow = ofMessages.get('flow')
  const ofFlow = (flow && readRate(reporter, flow)) ?? messages.flow
  return {
    failures: {
      principal: rate(ofFailures.get('principal'), failures.principal),
      inRow: readInRow(reporter, ofFailures.get('inRow'), failures.inRow),
    },
    starts: { address: rate(ofStarts.get('address'), starts.address) },
    messages: {
      conversation: (conversation && readInteger(reporter, conversation, { from: 1, to: MOST_MESSAGES })) ?? messages.conversation,
      destination: rate(ofMessages.get('destination'), messages.destination),
      ...(ofFlow && { flow: ofFlow }),
    },
  }
}

/** No number that is free is more than the most there can be, and no first wait is longer than the longest: a bound that is named bounds the defaults. */
function readInRow(reporter: Reporter, entry: Entry | undefined, defaults: InRow): InRow {
  if (!entry) return defaults
  const parts = readParts(reporter, entry, '`inRow`', ['free', 'wait', 'longest', 'most'])
  const [free, wait, longest, most] = ['free', 'wait', 'longest', 'most'].map((key) => parts.get(key))
  const mostFailures = (most && readInteger(reporter, most, { from: 1, to: MOST_IN_ROW })) ?? defaults.most
  const longestSeconds = (longest && readDuration(reporter, longest, LONGEST_WAIT)) ?? defaults.longestSeconds
  const atLongest = { seconds: longestSeconds, text: 'as long as `longest`' }
  return {
    free: (free && readInteger(reporter, free, { from: 1, to: mostFailures })) ?? Math.min(defaults.free, mostFailures),
    waitSeconds: (wait && readDuration(reporter, wait, atLongest)) ?? Math.min(defaults.waitSeconds, longestSeconds),
    longestSeconds,
    most: mostFailures,
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
