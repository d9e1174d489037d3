import { isJsonObject, type JsonObject, type Schema } from '@rekey/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { givenPart } from '../../src/config/given-part.js'
import { configSchema } from '../../src/config/schema.js'
import { dialects } from '../../src/dialects/index.js'

const schema: Schema = configSchema(dialects)
const ajv = new Ajv2020({ useDefaults: true, strict: true, allowUnionTypes: true })
ajv.addKeyword('secret')
ajv.addFormat('duration', true)
const checkAll = ajv.compile(schema)

/** With the whole schema, as the library fills it in. */
function filledWhole(value: JsonObject): JsonObject {
  const copy: unknown = structuredClone(value)
  expect(checkAll(copy)).toBe(true)
  return isJsonObject(copy) ? copy : {}
}

function filledByPart(value: JsonObject): unknown {
  const part = givenPart(structuredClone(value), schema)
  expect(ajv.compile(part.schema)(part.value)).toBe(true)
  return part.value
}

test.for<readonly [string, JsonObject]>([
  ['nothing', {}],
  ['a key alone', { port: 9000 }],
  ['an empty group', { keys: {}, limits: {} }],
  ['a part of a group', { limits: { starts: {} }, dialects: { airlock: {} } }],
  ['a list', { plugins: [] }],
])('of %s the same comes as with the whole schema, and all defaults fit', ([, value]) => {
  expect(filledByPart(value)).toEqual(filledWhole(value))
})

test('every key may be absent or be there as its default', () => {
  const whole = filledWhole({})
  for (const [name, value] of Object.entries(whole)) expect(filledByPart({ [name]: value })).toEqual(whole)
})

test('keys that are not named keep their names and are not checked', () => {
  const { schema: left } = givenPart({ port: 'x' }, schema)
  expect(Object.keys(left.properties ?? {})).toEqual(Object.keys(schema.properties ?? {}))
  expect(left.properties?.['port']).toBe(schema.properties?.['port'])
  expect(left.properties?.['host']).toEqual({})
})
