import { nearName } from '../../../diagnostics/near-name.js'
import type { Properties, Schema } from '../../../step/schema.js'
import { answerCheck } from '../../../engine/answer-check.js'
import type { Fault, Rule } from '../rule.js'

const KEYWORDS = [
  'type',
  'description',
  'default',
  'enum',
  'const',
  'format',
  'longest',
  'secret',
  'optional',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'items',
  'minItems',
  'maxItems',
  'uniqueItems',
  'properties',
  'required',
  'additionalProperties',
  'maxProperties',
  'oneOf',
]

/** Of these keywords a schema may name only those of its type: `maxLength` on a number bounds nothing. */
const OF_TYPE: { readonly [keyword: string]: readonly string[] } = {
  secret: ['string'],
  format: ['string'],
  longest: ['string'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  minimum: ['integer', 'number'],
  maximum: ['integer', 'number'],
  items: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
  properties: ['object'],
  additionalProperties: ['object'],
  maxProperties: ['object'],
}

export const schemas: Rule = {
  name: 'schemas',
  law: 'settings, answers, facts and outputs are described in the part of JSON Schema that Rekey reads',
  check({ step, settings, answerSchema }) {
    const described = {
      settings: step.settings,
      answer: answerSchema(settings[0] ?? {}),
      reads: step.reads ?? {},
      writes: step.writes ?? {},
      outputs: step.outputs ?? {},
    }
    const bent = Object.entries(described).flatMap(([name, properties]) => inProperties(properties, name))
    return bent.length > 0 ? bent : compiled(described.answer, step.required)
  },
}

function inProperties(properties: Properties, path: string): readonly Fault[] {
  return Object.entries(properties).flatMap(([name, schema]) => inSchema(schema, `${path}/${name}`))
}

function inSchema(schema: Schema, path: string): readonly Fault[] {
  const faults: Fault[] = []
  const fault = (saw: string, repair: string) => faults.push({ saw: `\`${path}\` ${saw}`, repair })
  for (const keyword of Object.keys(schema)) {
    const types = OF_TYPE[keyword]
    const near = nearName(keyword, KEYWORDS)
    if (!KEYWORDS.includes(keyword)) fault(`has the keyword \`${keyword}\``, near === undefined ? 'leave it out' : `write \`${near}\``)
    else if (types && !types.includes(schema.type ?? ''))
      fault(
        `has \`${keyword}\` and is of type \`${schema.type ?? 'any'}\``,
        `give it the type \`${types.join('` or `')}\`, or leave \`${keyword}\` out`,
      )
  }
  if (schema.enum?.length === 0) fault('has an empty `enum`, so that nothing fits it', 'list the values')
  for (const [least, most] of [
    ['minLength', 'maxLength'],
    ['minimum', 'maximum'],
    ['minItems', 'maxItems'],
  ] as const)
    if ((schema[least] ?? -Infinity) > (schema[most] ?? Infinity))
      fault(`has a \`${least}\` above its \`${most}\``, 'turn the bounds round')
  for (const name of schema.required ?? [])
    if (schema.properties && !Object.hasOwn(schema.properties, name))
      fault(`requires \`${name}\`, which it does not describe`, 'describe it under `properties`')
  const inner = [
    schema.items,
    ...(schema.oneOf ?? []),
    typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined,
  ]
  return [
    ...faults,
    ...inner.flatMap((one) => (one ? inSchema(one, `${path}/…`) : [])),
    ...(schema.properties ? inProperties(schema.properties, path) : []),
  ]
}

/** The engine's own reader has the last word: it refuses such a step when the server starts. */
function compiled(answer: Properties, required: readonly string[]): readonly Fault[] {
  try {
    answerCheck(answer, required)
    return []
  } catch (error) {
    return [
      {
        saw: `the schema of the answer does not compile: ${String(error)}`,
        repair: 'a pattern must be a regular expression with the `u` flag; see the message',
      },
    ]
  }
}
