import type { Machine } from '../machine/machine.js'
import { stepsOf } from '../machine/station.js'
import { FILTER_FIELDS, isFilter, type Filter, type FilterField } from '../ports/directory.js'
import { isJsonObject, type Json, type JsonObject } from '../step/json.js'
import type { AskedRequirement } from '../step/requirement.js'
import type { World } from './world.js'

/** A text of a test that stands for something the test cannot know: `$code` where no code was sent. */
export class NothingThere extends Error {
  override readonly name = 'NothingThere'
}

/**
 * The answer that a test means, as the step's schema wants it. A text alone is the one member that is asked for; a search may be written as
 * fields and values, and answers to questions by the ids of their questions.
 * @throws NothingThere
 */
export function answerValue(written: Json, asked: AskedRequirement, machine: Machine, world: World, outputs: JsonObject): JsonObject {
  const value = filledIn(written, world, outputs)
  if (asked.kind === 'identifier') return isJsonObject(value) && 'filter' in value ? value : { filter: filterOf(value, asked, machine) }
  if (asked.kind === 'answers' && isJsonObject(value) && !('answers' in value)) return { answers: byKey(value, asked) }
  return wrapped(value, asked)
}

function wrapped(value: Json, { required, answer }: AskedRequirement): JsonObject {
  if (isJsonObject(value)) return value
  const [member = Object.keys(answer)[0]] = required
  return member === undefined ? {} : { [member]: value }
}

/**
 * A text is tried against every field that the step allows, as clients do that have one input; of fields with values all must hold, or under
 * `either` one of them.
 */
function filterOf(value: Json, { step }: AskedRequirement, machine: Machine): Json {
  if (isFilter(value)) return { ...value }
  if (!isJsonObject(value)) {
    const either = fieldsOf(machine, step.id).map((field): Filter => ({ is: 'equals', field, value: textOf(value) }))
    const search: Filter = either.length === 1 && either[0] ? either[0] : { is: 'or', of: either }
    return { ...search }
  }
  const { either } = value
  if (isJsonObject(either)) return { is: 'or', of: equals(either) }
  const all = equals(value)
  return all.length === 1 && all[0] ? all[0] : { is: 'and', of: all }
}

function equals(value: JsonObject): readonly JsonObject[] {
  return Object.entries(value).map(([field, wanted]) => ({ is: 'equals', field, value: textOf(wanted) }))
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function fieldsOf(machine: Machine, id: string): readonly FilterField[] {
  const fields = stepsOf(machine).find((step) => step.id === id)?.settings['fields']
  const known = FILTER_FIELDS.filter((field) => Array.isArray(fields) && fields.includes(field))
  return known.length > 0 ? known : ['userName', 'mail']
}

/** Answers by the id of their question, or by the key under which it is asked; those that are not asked are left out. */
function byKey(value: JsonObject, { questions = [] }: AskedRequirement): JsonObject {
  return Object.fromEntries(
    questions.flatMap(({ key, id, text }) => {
      const given = value[key] ?? value[id] ?? value[text[''] ?? id]
      return given === undefined ? [] : [[key, given]]
    }),
  )
}

/** Puts in what only the run knows. */
export function filledIn(value: Json, world: World, outputs: JsonObject): Json {
  if (Array.isArray(value)) return value.map((one: Json) => filledIn(one, world, outputs))
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filledIn(one, world, outputs)]))
  if (typeof value !== 'string') return value
  if (value === '$code') return lastCode(world) ?? nothing('no message with a code has been sent: `$code` stands for nothing')
  if (value === '$wrong') return wrongCode(lastCode(world), world.nextWrong())
  const [, app] = /^\$totp(?:\.(.+))?$/.exec(value) ?? []
  if (value === '$totp' || app !== undefined)
    return world.appCodeOf(app) ?? nothing(`\`${value}\` stands for nothing: who has an app with a \`totp\` secret?`)
  const [, output] = /^\$outputs\.(\w+)$/.exec(value) ?? []
  if (output === undefined) return value
  return outputs[output] ?? nothing(`there is no output \`${output}\``)
}

function lastCode({ sent }: World): string | undefined {
  return sent.findLast(({ code }) => code !== undefined)?.code
}

/**
 * A code that is surely not the one that was sent, and each time another one: the same answer again would be taken for the same request, and
 * not be counted.
 * @param nth from 1; good for more codes than anybody may try.
 */
function wrongCode(code = '00000000', nth: number): string {
  if (!/^\d+$/.test(code)) return `${code.slice(0, -4)}${String(nth).padStart(4, 'z')}`
  return String((Number(code) + nth) % 10 ** code.length).padStart(code.length, '0')
}

function nothing(message: string): never {
  throw new NothingThere(message)
}
