import { isJsonObject, type AnswerRead, type AskedRequirement, type Json, type JsonObject, type Schema } from '@rekey/core'
import { readFilter } from './filter.js'

/** Reasons of our own for members of the wrong JSON type; `problems.ts` has the vendor's texts for them. */
const TYPE_REASONS = {
  string: 'expects-string',
  boolean: 'expects-boolean',
  number: 'expects-number',
  integer: 'expects-number',
  array: 'expects-array',
  object: 'expects-object',
} as const satisfies Record<NonNullable<Schema['type']>, string>

/**
 * Draws the answer to an open requirement from the wire's `input`. Members that the requirement does not know are ignored, as real
 * clients send some. An input that is no object has no members. An empty text is an absent one, as clients leave empty fields out.
 */
export function readAnswer(requirement: AskedRequirement, input: Json): AnswerRead {
  const members = isJsonObject(input) ? input : EMPTY
  switch (requirement.kind) {
    case 'identifier':
      return 'filter' in requirement.answer ? readQueryFilter(members) : readMembers(requirement, members)
    case 'answers':
      return readAnswers(requirement, members)
    case 'consent':
      return readMembers(requirement, withConsent(requirement, members))
    case 'captcha':
      return readMembers(requirement, members['response'] === undefined ? renamed(members, 'g-recaptcha-response', 'response') : members)
    case 'code':
    case 'password':
    case 'newPassword':
    case 'attributes':
    case 'approval':
    case 'choice':
      return readMembers(requirement, members)
  }
}

const EMPTY: JsonObject = Object.freeze(Object.create(null))

function missing(at: string): AnswerRead {
  return { is: 'fault', problem: { code: 'answer-missing', at } }
}

function invalid(at: string, reason: string): AnswerRead {
  return { is: 'fault', problem: { code: 'answer-invalid', at, reason } }
}

function readQueryFilter(members: JsonObject): AnswerRead {
  const text = members['queryFilter']
  if (text === undefined || text === null) return missing('/filter')
  if (typeof text !== 'string') return invalid('/filter', TYPE_REASONS.string)
  const filter = readFilter(text)
  return filter === undefined ? invalid('/filter', 'filter-invalid') : { is: 'value', value: { filter } }
}

/** One absent answer is a wrong one: the step judges what there is. */
function readAnswers(requirement: AskedRequirement, members: JsonObject): AnswerRead {
  const answers: Record<string, Json> = Object.create(null)
  for (const { key } of requirement.questions ?? []) {
    const given = members[key]
    if (given === undefined || given === null) continue
    if (typeof given !== 'string') return invalid(`/answers/${key}`, TYPE_REASONS.string)
    answers[key] = given
  }
  return { is: 'value', value: { answers } }
}

function readMembers(requirement: AskedRequirement, members: JsonObject): AnswerRead {
  const value: Record<string, Json> = Object.create(null)
  for (const [name, schema] of Object.entries(requirement.answer)) {
    const given = members[name]
    const required = requirement.required.includes(name)
    if (given === undefined || given === null || (given === '' && required)) {
      if (required) return missing(`/${name}`)
      continue
    }
    const typed = asType(given, schema)
    if (typed === undefined) return invalid(`/${name}`, TYPE_REASONS[schema.type ?? 'string'])
    value[name] = typed
  }
  return { is: 'value', value }
}

const NUMERIC = /^-?\d{1,15}(?:\.\d{1,15})?$/

/** A value of the schema's type; pages send numbers and booleans as text, which is read as what it says. */
function asType(given: Json, schema: Schema): Json | undefined {
  switch (schema.type) {
    case 'string':
      return typeof given === 'string' ? given : undefined
    case 'boolean':
      return given === 'true' ? true : given === 'false' ? false : typeof given === 'boolean' ? given : undefined
    case 'integer':
    case 'number':
      if (typeof given === 'number') return given
      return typeof given === 'string' && NUMERIC.test(given) ? Number(given) : undefined
    case 'array':
      return Array.isArray(given) ? given : undefined
    case 'object':
      return isJsonObject(given) ? given : undefined
    case undefined:
      return given
  }
}

/** Terms are accepted with `accept`, consent is given with `consentGiven`; the step has a name of its own for it. */
function withConsent(requirement: AskedRequirement, members: JsonObject): JsonObject {
  const own = consentMember(requirement)
  const given = members['accept'] ?? members['consentGiven']
  return own === undefined || given === undefined || members[own] !== undefined ? members : { ...members, [own]: given }
}

/** The member that says yes or no: the first boolean one of the answer. */
export function consentMember(requirement: AskedRequirement): string | undefined {
  return Object.entries(requirement.answer).find(([, schema]) => schema.type === 'boolean')?.[0]
}

function renamed(members: JsonObject, from: string, to: string): JsonObject {
  const value = members[from]
  return value === undefined ? members : { ...members, [to]: value }
}
