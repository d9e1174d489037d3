import { toJson } from '../compile/node-json.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Entry, MapNode } from '../syntax/node.js'
import { readKeys } from '../syntax/read-keys.js'
import { readInteger, readList, readMap, readText, textOf } from '../syntax/read-value.js'
import { readSent, readTrue } from './read-act-expectation.js'
import type { CaseExpectation, Expected, PersonExpectation, SessionsExpectation } from './test-file.js'

/** What may be expected at the end of a case, and of somebody. */
export const CASE_EXPECTATIONS = ['messages', 'audit', 'never', 'directory', 'sessions', 'unchanged'] as const
export const PERSON_FACTS = ['password', 'state', 'mail', 'phone', 'mustChange', 'groups'] as const

/** Reads `expect`: what must be so at the end of a case. */
export function readCaseExpectation(reporter: Reporter, map: MapNode): CaseExpectation {
  const keys = readKeys(reporter, map, { of: '`expect`', keys: CASE_EXPECTATIONS })
  const [messages, audit, never, directory, sessions, unchanged] = CASE_EXPECTATIONS.map((key) => keys.get(key))
  const kept = unchanged && readTrue(reporter, unchanged)
  return {
    ...(messages && { messages: { value: readSent(reporter, messages), span: messages.keySpan } }),
    ...(audit && { audit: eventsIn(reporter, audit) }),
    ...(never && { never: eventsIn(reporter, never) }),
    ...(directory && { directory: peopleIn(reporter, directory) }),
    ...(sessions && { sessions: sessionsIn(reporter, sessions) }),
    ...(unchanged && kept && { unchanged: { value: kept, span: unchanged.keySpan } }),
  }
}

function eventsIn(reporter: Reporter, entry: Entry): readonly Expected<string>[] {
  const list = readList(reporter, entry, 'a list of events such as `passed emailValidation`')
  return (list?.items ?? []).flatMap((value) => {
    const text = readText(reporter, { ...entry, value })
    return text ? [{ value: text.text, span: text.span }] : []
  })
}

function peopleIn(reporter: Reporter, entry: Entry): readonly PersonExpectation[] {
  const map = readMap(reporter, entry, 'a mapping of user names to what is so of them')
  return (map?.entries ?? []).flatMap((person) => {
    if (textOf(person.value)?.text === 'unchanged')
      return [{ userName: person.key, span: person.keySpan, facts: [{ name: 'unchanged', value: true, span: person.value.span }] }]
    const facts = readMap(reporter, person, '`unchanged`, or a mapping such as `{ password: new-Secret-2 }`')
    const known = facts && readKeys(reporter, facts, { of: 'a person', keys: PERSON_FACTS })
    if (!known) return []
    return [
      {
        userName: person.key,
        span: person.keySpan,
        facts: [...known].map(([name, { value }]) => ({ name, value: toJson(value), span: value.span })),
      },
    ]
  })
}

const MOST_SESSIONS = 1_000

function sessionsIn(reporter: Reporter, entry: Entry): readonly SessionsExpectation[] {
  const map = readMap(reporter, entry, 'a mapping of user names to numbers')
  return (map?.entries ?? []).flatMap((person) => {
    const count = readInteger(reporter, person, { from: 0, to: MOST_SESSIONS })
    return count === undefined ? [] : [{ userName: person.key, span: person.keySpan, count }]
  })
}
