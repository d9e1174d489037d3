import type { Json, JsonObject } from '../../step/json.js'
import type { Properties, Schema } from '../../step/schema.js'
import { answerCheck } from '../../engine/answer-check.js'

/** Texts that have made somebody's handler throw before. Those that a schema refuses are left out. */
const TEXTS = [
  'sample-text',
  '',
  ' ',
  '0',
  '123456',
  '12345678',
  'AB12',
  'AB-1234',
  'abc',
  '-1e999',
  'null',
  '__proto__',
  'constructor',
  "' OR 1=1 --",
  '%00%n${7*7}{{7*7}}',
  '../../etc/passwd',
  '\u0000',
  '\ud800',
  '\u202egnp.exe',
  '👩‍👩‍👧',
  'İıẞ',
  'jdoe@example.com',
  '+15550101',
  '2026-01-31',
  '10m',
  '${KEY}',
  'https://example.com/?a=b',
  '4f5a0c1e-0000-8000-8000-000000000000',
] as const

const NAMES = ['__proto__', 'constructor', 'answer1', 'x', '']
const DEEP = 200

/** Values for one member, strange ones among them; no promise that the schema lets all of them through. */
export function valuesFor(schema: Schema): readonly Json[] {
  if (schema.const !== undefined) return [schema.const]
  if (schema.enum) return schema.enum
  if (schema.oneOf) return schema.oneOf.flatMap(valuesFor)
  if (schema.type === undefined) return [null, 'sample-text', 0, [], {}]
  switch (schema.type) {
    case 'string':
      return [...TEXTS.map((text) => fitted(text, schema)), 'x'.repeat(schema.maxLength ?? 4096), '9'.repeat(schema.minLength ?? 1)]
    case 'integer':
    case 'number':
      return [schema.minimum ?? -7, schema.maximum ?? 2 ** 53, 0, 1, -0, 3, 0.5]
    case 'boolean':
      return [true, false]
    case 'array':
      return listsFor(schema)
    case 'object':
      return objectsFor(schema)
  }
}

function fitted(text: string, { minLength = 0, maxLength = 4096 }: Schema): string {
  return text.slice(0, maxLength).padEnd(Math.min(minLength, maxLength), '0')
}

function listsFor({ items = {}, minItems = 0, maxItems = minItems + 3 }: Schema): readonly Json[] {
  const values = valuesFor(items)
  const cycled = Array.from({ length: maxItems }, (_, at) => values[at % values.length] ?? null)
  return [...values.map((value) => Array.from({ length: Math.max(1, minItems) }, () => value)), cycled, cycled.slice(0, minItems), []]
}

function objectsFor({ properties, required = [], additionalProperties }: Schema): readonly Json[] {
  if (properties) return [...answersFor(properties, required)]
  const values = typeof additionalProperties === 'object' ? valuesFor(additionalProperties) : [null, 'sample-text', [], deep()]
  // By `fromEntries`, so that `__proto__` is a member like any other, as it is after `JSON.parse`.
  return [{}, ...values.map((value) => Object.fromEntries(NAMES.map((name) => [name, value])))]
}

function deep(): Json {
  let value: Json = { is: 'or', of: [] }
  for (let level = 0; level < DEEP; level += 1) value = { is: 'or', of: [value] }
  return value
}

/** Answers that the schema lets through: a plain one first, then one member at a time made strange. Always the same ones. */
export function answersFor(properties: Properties, required: readonly string[]): readonly JsonObject[] {
  const passes = answerCheck(properties, required)
  const fine = Object.entries(properties).map(([name, schema]) => {
    const alone = answerCheck({ [name]: schema }, [name])
    return [name, valuesFor(schema).filter((value) => alone({ [name]: value }).is === 'good')] as const
  })
  const plain = Object.fromEntries(fine.flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])))
  const without = Object.keys(properties).map((left) => Object.fromEntries(Object.entries(plain).filter(([name]) => name !== left)))
  const varied = fine.flatMap(([name, values]) => values.map((value) => ({ ...plain, [name]: value })))
  const all = [plain, ...varied, ...without].filter((answer) => passes(answer).is === 'good')
  return [...new Map(all.map((answer) => [JSON.stringify(answer), answer])).values()]
}

/** The defaults, then each setting that has few values or bounds at each of them. */
export function settingsFor(properties: Properties): readonly JsonObject[] {
  const varied = Object.entries(properties).flatMap(([name, schema]) =>
    edges(schema)
      .filter((value) => value !== schema.default)
      .map((value) => ({ [name]: value })),
  )
  return [{}, ...varied]
}

function edges({ type, enum: values, minimum, maximum }: Schema): readonly Json[] {
  if (values) return values
  if (type === 'boolean') return [true, false]
  return [minimum, maximum].filter((value) => value !== undefined)
}

/** The settings with their defaults, as a handler gets them. */
export function withDefaults(properties: Properties, settings: JsonObject): JsonObject {
  const defaults = Object.entries(properties).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value] as const]))
  // A default is of the schema's type; that it is JSON is what the rule `defaults` is about.
  return { ...(Object.fromEntries(defaults) as JsonObject), ...settings }
}
