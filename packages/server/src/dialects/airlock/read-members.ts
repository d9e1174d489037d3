import type { AnswerRead, Filter, FilterField, Json, JsonObject, Problem } from '@rekey/core'

/** Longest text that a person is looked for by, in UTF-16 units. */
const MAX_IDENTIFIER = 1024

/** A member of a body, or what is wrong with it. Pointers are into the body of the call. */
export type Text = { readonly is: 'text'; readonly text: string } | { readonly is: 'fault'; readonly problem: Problem }

export function value(members: JsonObject): AnswerRead {
  return { is: 'value', value: members }
}

export function fault(problem: Problem): { readonly is: 'fault'; readonly problem: Problem } {
  return { is: 'fault', problem }
}

/** A required text. Absent, null and empty are the same; anything but a text is invalid. No attempt is counted for either. */
export function readText(members: JsonObject, name: string, most = Infinity): Text {
  const given = members[name] ?? ''
  if (given === '') return fault({ code: 'answer-missing', at: `/${name}` })
  if (typeof given !== 'string' || given.length > most) return fault({ code: 'answer-invalid', at: `/${name}` })
  return { is: 'text', text: given }
}

/** Reads one text and gives it to our step under its own name. */
export function readOne(members: JsonObject, name: string, own: string): AnswerRead {
  const read = readText(members, name)
  return read.is === 'text' ? value({ [own]: read.text }) : read
}

/** `username`, compared with each of the fields. */
export function readUsername(members: JsonObject, fields: readonly FilterField[]): AnswerRead {
  const read = readText(members, 'username', MAX_IDENTIFIER)
  return read.is === 'text'
    ? found(
        'or',
        fields.map((field) => equals(field, read.text)),
      )
    : read
}

/** Data items of a person, all of which must fit. Members that are no item are ignored; without any item there is nobody to look for. */
export function readUserData(members: JsonObject, items: ReadonlyMap<string, FilterField>): AnswerRead {
  const asserted: Filter[] = []
  for (const [name, field] of items) {
    if ((members[name] ?? '') === '') continue
    const read = readText(members, name, MAX_IDENTIFIER)
    if (read.is === 'fault') return read
    asserted.push(equals(field, read.text))
  }
  return asserted.length === 0 ? fault({ code: 'answer-missing', at: '' }) : found('and', asserted)
}

/** `{ "answers": [{ "id": "answer1", "answer": "Blue" }] }`. An answer that is absent is judged like a wrong one. */
export function readAnswers(members: JsonObject): AnswerRead {
  const given = members['answers'] ?? null
  if (given === null) return fault({ code: 'answer-missing', at: '/answers' })
  if (!isList(given)) return fault({ code: 'answer-invalid', at: '/answers' })
  const answers: Record<string, Json> = Object.create(null)
  for (const [index, item] of given.entries()) {
    const { id, answer } = isMembers(item) ? item : {}
    if (typeof id !== 'string' || typeof answer !== 'string') return fault({ code: 'answer-invalid', at: `/answers/${index}` })
    answers[id] = answer
  }
  return value({ answers })
}

function equals(field: FilterField, text: string): Filter {
  return { is: 'equals', field, value: text }
}

function found(is: 'and' | 'or', of: readonly Filter[]): AnswerRead {
  const [only, ...more] = of
  return value({ filter: only !== undefined && more.length === 0 ? asJson(only) : { is, of: of.map(asJson) } })
}

function asJson(filter: Filter): JsonObject {
  return filter.is === 'equals' ? { is: filter.is, field: filter.field, value: filter.value } : { is: filter.is, of: filter.of.map(asJson) }
}

function isList(given: Json): given is readonly Json[] {
  return Array.isArray(given)
}

function isMembers(given: Json): given is JsonObject {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}
