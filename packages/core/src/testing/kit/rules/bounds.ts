import type { Schema } from '../../../step/schema.js'
import type { Fault, Rule } from '../rule.js'

export const bounds: Rule = {
  name: 'bounds',
  law: 'every text, list and open mapping of an answer has a longest length, as a stranger fills it in',
  check: ({ answerSchema, settings }) =>
    Object.entries(answerSchema(settings[0] ?? {})).flatMap(([name, schema]) => unbounded(schema, `answer/${name}`)),
}

function unbounded(schema: Schema, path: string): readonly Fault[] {
  const missing = (keyword: string, what: string): Fault => ({
    saw: `\`${path}\` is ${what} without \`${keyword}\``,
    repair: `add \`${keyword}\` to it`,
  })
  const { type, additionalProperties: open } = schema
  if (type === 'string' && !schema.enum && schema.const === undefined && schema.maxLength === undefined)
    return [missing('maxLength', 'a text')]
  const list = type === 'array' && schema.maxItems === undefined ? [missing('maxItems', 'a list')] : []
  const mapping = typeof open === 'object' && schema.maxProperties === undefined ? [missing('maxProperties', 'an open mapping')] : []
  const inner = [
    schema.items,
    typeof open === 'object' ? open : undefined,
    ...(schema.oneOf ?? []),
    ...Object.values(schema.properties ?? {}),
  ]
  return [...list, ...mapping, ...inner.flatMap((one) => (one ? unbounded(one, `${path}/…`) : []))]
}
