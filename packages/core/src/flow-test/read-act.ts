import { toJson, toJsonObject } from '../compile/node-json.js'
import { didYouMean } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { isEmpty, type Entry, type SyntaxNode } from '../syntax/node.js'
import { readKeys, reportUnknownKey } from '../syntax/read-keys.js'
import { readDuration, readInteger, readList, readMap, readText, reportWrongType, textOf } from '../syntax/read-value.js'
import { ACT_EXPECTATIONS, readActExpectation } from './read-act-expectation.js'
import { textsIn } from './read-person.js'
import { PLAIN_ACTS, type Caller, type Doing, type PlainAct, type TestAct } from './test-file.js'

export const ACTS = ['start', 'answer', 'choose', 'become', 'wait', 'edit', ...PLAIN_ACTS] as const
const A_YEAR = { seconds: 365 * 86_400, text: 'a year' }
export const MOST_TIMES = 1_000
const NOBODY: Caller = { scopes: [], languages: [] }

/** Reads one of `acts`: a word alone (`- resend`), or a mapping with one act and what must come of it. */
export function readAct(reporter: Reporter, item: SyntaxNode): TestAct | undefined {
  const word = textOf(item)
  if (word) {
    const plain = plainAct(word.text)
    if (plain) return { span: word.span, doing: { does: plain }, times: 1, expect: {} }
    const known = ACTS.some((act) => act === word.text)
    const help = known ? { help: `write \`${word.text}:\` and what it takes` } : didYouMean(word.text, ACTS)
    reporter.report('bad-value', word.span, known ? `${quote(word.text)} says too little` : `there is no act ${quote(word.text)}`, help)
    return undefined
  }
  if (item.is !== 'map') {
    reportWrongType(reporter, 'an act', item, 'a mapping such as `start: {}`, or one word such as `resend`')
    return undefined
  }
  const keys = readKeys(reporter, item, { of: 'an act', keys: [...ACTS, 'times', ...ACT_EXPECTATIONS] })
  const [act, second] = ACTS.flatMap((name) => {
    const entry = keys.get(name)
    return entry ? [{ name, entry }] : []
  })
  if (second) {
    reporter.report('bad-value', second.entry.keySpan, 'two acts in one item', {
      label: 'the other one',
      help: 'begin a new item with `- `',
    })
    return undefined
  }
  const doing = act && readDoing(reporter, act.name, act.entry)
  if (!act) {
    // A misspelt act has been reported as an unknown key.
    const expectsOnly = item.entries.every(({ key }) => key === 'times' || ACT_EXPECTATIONS.some((known) => known === key))
    if (expectsOnly)
      reporter.report('missing-key', item.entries[0]?.keySpan ?? item.span, 'an item of `acts` does nothing', {
        help: `an act is one of ${ACTS.join(', ')}`,
      })
  }
  const expect = readActExpectation(reporter, keys)
  const times = keys.get('times')
  const count = (times && readInteger(reporter, times, { from: 1, to: MOST_TIMES })) ?? 1
  return act && doing && { span: act.entry.keySpan, doing, times: count, expect }
}

function readDoing(reporter: Reporter, act: (typeof ACTS)[number], entry: Entry): Doing | undefined {
  const { value } = entry
  switch (act) {
    case 'start':
      return readStart(reporter, entry)
    case 'answer':
      return { does: 'answer', value: toJson(value) }
    case 'choose': {
      const step = readText(reporter, entry)
      return step && { does: 'choose', step: step.text }
    }
    case 'become': {
      const slot = readText(reporter, entry)
      return slot && { does: 'become', slot: slot.text }
    }
    case 'wait': {
      const seconds = readDuration(reporter, entry, A_YEAR)
      return seconds === undefined ? undefined : { does: 'wait', seconds }
    }
    case 'edit': {
      const people = readMap(reporter, entry, 'a mapping of user names to what is changed')
      return people && { does: 'edit', people: new Map(people.entries.flatMap((one) => editOf(reporter, one))) }
    }
    case 'resend':
    case 'open':
    case 'poll':
    case 'look':
    case 'describe':
    case 'follow':
    case 'approve':
    case 'deny':
    case 'cancel':
    case 'again': {
      const nothing = isEmpty(value) || (value.is === 'map' && value.entries.length === 0)
      if (!nothing) reportWrongType(reporter, quote(act), value, 'an act that takes nothing')
      return { does: act }
    }
    default:
      return act satisfies never
  }
}

/** What an administrator may change of somebody. */
export const EDITABLE = ['mail', 'phone', 'givenName', 'surname', 'locale', 'state', 'groups', 'attributes'] as const

function editOf(reporter: Reporter, entry: Entry): readonly (readonly [string, ReturnType<typeof toJsonObject>])[] {
  const map = readMap(reporter, entry, 'a mapping such as `{ state: locked }`')
  for (const one of map?.entries ?? []) {
    if (!EDITABLE.some((key) => key === one.key)) reportUnknownKey(reporter, one, { of: 'an edit', keys: EDITABLE })
  }
  return map ? [[entry.key, toJsonObject(map)]] : []
}

function readStart(reporter: Reporter, entry: Entry): Doing | undefined {
  if (isEmpty(entry.value)) return { does: 'start', caller: NOBODY, answers: [] }
  const map = readMap(reporter, entry, 'a mapping such as `{}` or `{ signedIn: ada }`')
  if (!map) return undefined
  const keys = readKeys(reporter, map, {
    of: 'a start',
    keys: ['signedIn', 'scopes', 'bearer', 'address', 'languages', 'body', 'answers'],
  })
  const text = (key: string) => {
    const found = keys.get(key)
    return found && readText(reporter, found)
  }
  const list = (key: string) => {
    const found = keys.get(key)
    return found ? textsIn(reporter, found) : []
  }
  const answers = keys.get('answers')
  const given = answers && readList(reporter, answers, 'a list of answers, in order')
  const [signedIn, bearer, address, body] = ['signedIn', 'bearer', 'address', 'body'].map(text)
  return {
    does: 'start',
    caller: {
      scopes: list('scopes'),
      languages: list('languages'),
      ...(signedIn && { signedIn }),
      ...(bearer && { bearer: bearer.text }),
      ...(address && { address: address.text }),
      ...(body && { body: body.text }),
    },
    answers: given?.items.map(toJson) ?? [],
  }
}

function plainAct(word: string): PlainAct | undefined {
  return PLAIN_ACTS.find((act) => act === word)
}
