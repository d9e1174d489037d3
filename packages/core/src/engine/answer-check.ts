import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { isJsonObject, type Json, type JsonObject } from '../step/json.js'
import type { Properties, Schema } from '../step/schema.js'
import { Secret } from '../step/secret.js'
import type { Problem } from './problem.js'

/** A checked answer: members that the schema marks `secret` are `Secret`s, everything the step did not ask for is gone. */
export type CheckedAnswer = { readonly [name: string]: unknown }

/** Bound of a string member that names none; a password of 256 characters of four bytes fits. */
const MAX_STRING = 4096

// One instance for all steps: a schema costs milliseconds, an instance costs ten.
const ajv = new Ajv2020({ allErrors: false, strict: true, allowUnionTypes: false })
ajv.addKeyword('secret')
ajv.addFormat('duration', /^[1-9]\d{0,8}[smhd]$/)

/** Checks that are shared at the most. */
const MOST_SHARED = 1_000
/** By what they check: thousands of flows ask for the same. */
const shared = new Map<string, AnswerCheck>()

/** Checks answers of a step; made once when a machine is linked. */
export interface AnswerCheck {
  (value: JsonObject): { readonly is: 'good'; readonly answer: CheckedAnswer } | { readonly is: 'fault'; readonly problem: Problem }
}

/** @throws Error when the step's schema is no JSON Schema; the server then does not start. */
export function answerCheck(properties: Properties, required: readonly string[]): AnswerCheck {
  const key = JSON.stringify([properties, required])
  const known = shared.get(key)
  if (known) return known
  const check = makeCheck(properties, required)
  // Flows that are served anew bring new ones: the oldest go.
  const [oldest] = shared.keys()
  if (shared.size >= MOST_SHARED && oldest !== undefined) shared.delete(oldest)
  shared.set(key, check)
  return check
}

function makeCheck(properties: Properties, required: readonly string[]): AnswerCheck {
  const schema = { type: 'object', properties: bounded(properties), required: [...required] }
  const validate = ajv.compile(schema)
  // The instance would keep it for ever, and flows that are served anew bring new ones.
  ajv.removeSchema(schema)
  return (value) => {
    if (!validate(value)) return { is: 'fault', problem: problemOf(validate) }
    const answer: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const [name, schema] of Object.entries(properties)) {
      const member = value[name]
      if (member !== undefined) answer[name] = sealSecrets(member, schema)
    }
    return { is: 'good', answer }
  }
}

function bounded(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      schema.type === 'string' && schema.maxLength === undefined ? { ...schema, maxLength: MAX_STRING } : schema,
    ]),
  )
}

function problemOf(validate: ValidateFunction): Problem {
  const [error] = validate.errors ?? []
  if (error?.keyword === 'required') {
    return { code: 'answer-missing', at: `${error.instancePath}/${String(error.params['missingProperty'])}` }
  }
  return { code: 'answer-invalid', at: error?.instancePath ?? '' }
}

function sealSecrets(value: Json, schema: Schema): unknown {
  if (schema.secret === true && typeof value === 'string') return new Secret(value)
  if (Array.isArray(value)) return value.map((item: Json) => (schema.items ? sealSecrets(item, schema.items) : item))
  if (!isJsonObject(value)) return value
  const sealed: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [name, member] of Object.entries(value)) {
    const of = schema.properties?.[name] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
    sealed[name] = of ? sealSecrets(member, of) : member
  }
  return sealed
}
