import { canonicalJson } from '../machine/canonical-json.js'
import type { AuditEvent } from '../ports/audit.js'
import type { Principal } from '../ports/directory.js'
import type { Json } from '../step/json.js'
import { Secret } from '../step/secret.js'
import { goodSession } from './good-session.js'
import type { Miss } from './judge-act.js'
import { missedMessages } from './judge-messages.js'
import type { CaseExpectation, Expected } from './test-file.js'
import type { World } from './world.js'

/** How everybody's credential stood, by user name. */
export type Versions = ReadonlyMap<string, string>

export interface Standing {
  /** As they stood when the case began. */
  readonly before: Versions
  readonly now: Versions
  /** Of a dry run nothing that is written can be compared. */
  readonly dry: boolean
}

/** Compares the end of a case with what the test expects of it. */
export async function judgeCase(expect: CaseExpectation, world: World, standing: Standing): Promise<readonly Miss[]> {
  const { messages, audit, never, unchanged } = expect
  return [
    ...(messages ? missedMessages(messages, world.sent) : []),
    ...(audit ? missedEvents(audit, world.events) : []),
    ...(never ?? []).flatMap(({ value, span }) =>
      world.events.some((event) => isSuch(value, event)) ? [{ span, expected: `never ${value}`, got: storyText(world.events) }] : [],
    ),
    ...(standing.dry ? [] : await missedFacts(expect, world, standing)),
    ...(standing.dry ? [] : await missedSessions(expect, world)),
    ...(unchanged && !standing.dry ? missedChange(unchanged, standing) : []),
  ]
}

/** User names of those whose credential stands otherwise than before. */
export function changedSince(before: Versions, now: Versions): readonly string[] {
  return [...now].filter(([userName, version]) => before.get(userName) !== version).map(([userName]) => userName)
}

function missedChange({ span }: Expected<true>, { before, now }: Standing): readonly Miss[] {
  const changed = changedSince(before, now)
  return changed.length === 0 ? [] : [{ span, expected: 'no credential is set', got: `set: that of ${changed.join(', ')}` }]
}

/** Events in this order, whatever lies between. */
function missedEvents(expected: readonly Expected<string>[], events: readonly AuditEvent[]): readonly Miss[] {
  let from = 0
  for (const { value, span } of expected) {
    const at = events.findIndex((event, index) => index >= from && isSuch(value, event))
    if (at < 0) return [{ span, expected: `the event ${value}`, got: storyText(events.slice(from)) }]
    from = at + 1
  }
  return []
}

/** `passed emailValidation`: the event, and each further word its step or reason. */
function isSuch(text: string, { event, step, reason }: AuditEvent): boolean {
  const [name, ...words] = text.split(' ')
  return name === event && words.every((word) => word === step || word === reason)
}

function storyText(events: readonly AuditEvent[]): string {
  return (
    events.map(({ event, step, reason }) => [event, step, reason].filter((word) => word !== undefined).join(' ')).join(', ') || 'no event'
  )
}

async function missedFacts({ directory = [] }: CaseExpectation, world: World, standing: Standing): Promise<readonly Miss[]> {
  const misses: Miss[] = []
  for (const { userName, facts } of directory) {
    const [person] = await world.directory.find({ is: 'equals', field: 'userName', value: userName })
    if (!person) continue
    for (const { name, value, span } of facts) {
      const got = await differs(name, value, { world, person, standing })
      if (got !== undefined)
        misses.push({
          span,
          expected: name === 'unchanged' ? `${userName} is unchanged` : `${userName} has ${name}: ${canonicalJson(value)}`,
          got,
        })
    }
  }
  return misses
}

async function missedSessions({ sessions = [] }: CaseExpectation, world: World): Promise<readonly Miss[]> {
  if (sessions.length === 0) return []
  const good = await Promise.all(world.issued.map((token) => goodSession(token, world)))
  return sessions.flatMap(({ userName, span, count }) => {
    const got = good.filter((person) => person?.userName === userName).length
    return got === count ? [] : [{ span, expected: `${userName} is signed in ${count} times`, got: `${got} times` }]
  })
}

interface Somebody {
  readonly world: World
  readonly person: Principal
  readonly standing: Standing
}

/** @returns what is so instead; undefined when it is as expected. */
async function differs(name: string, value: Json, { world, person, standing: { before, now } }: Somebody): Promise<string | undefined> {
  const { userName, id } = person
  if (name === 'unchanged') return before.get(userName) === now.get(userName) ? undefined : 'the password was set'
  if (name === 'password') {
    if (await world.directory.verifyPassword(id, new Secret(typeof value === 'string' ? value : canonicalJson(value)))) return undefined
    return before.get(userName) === now.get(userName) ? 'the password was not set' : 'another password was set'
  }
  const { state, mail, phone, mustChange = false, groups } = person
  const facts: { readonly [name: string]: unknown } = { state, mail, phone, mustChange, groups }
  return canonicalJson(facts[name]) === canonicalJson(value) ? undefined : `${name}: ${canonicalJson(facts[name])}`
}
