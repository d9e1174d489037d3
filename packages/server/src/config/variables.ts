import type { Json, JsonObject, Schema } from '@rekey/core'
import { isJsonObject } from '@rekey/core'
import type { ConfigFault, ConfigPath, ConfigSource } from './source.js'
import { faultAt, pathText } from './source.js'

/** `${NAME}`, or `$${`, which stands for a literal `${`. */
const REFERENCE = /\$(?:\$\{|\{([^{}]*)\})/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export interface Variables {
  readonly [name: string]: string | undefined
}

/**
 * Puts the values of environment variables into all string values. A value that is one reference and nothing else, under a key that
 * takes a number or a truth value, becomes one.
 * @param report takes a fault for each reference to a variable that is not set or empty.
 */
export function expandVariables(
  value: JsonObject,
  schema: Schema,
  env: Variables,
  source: ConfigSource,
  report: (fault: ConfigFault) => void,
): JsonObject {
  const expandText = (text: string, path: ConfigPath): string =>
    text.replaceAll(REFERENCE, (match: string, name: string | undefined) => {
      if (name === undefined) return '${'
      const found = NAME.test(name) ? env[name] : undefined
      if (found !== undefined && found !== '') return found
      report(missing(source, path, match, name, found))
      return match
    })

  const expand = (part: Json, under: Schema | undefined, path: ConfigPath): Json => {
    if (typeof part === 'string') {
      const text = expandText(part, path)
      return text === part ? part : typed(text, under)
    }
    if (Array.isArray(part)) return part.map((item: Json, index) => expand(item, under?.items, [...path, index]))
    if (isJsonObject(part)) return expandObject(part, under, path)
    return part
  }

  const expandObject = (object: JsonObject, under: Schema | undefined, path: ConfigPath): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([name, part]) => [name, expand(part, memberSchema(under, name), [...path, name])]))

  return expandObject(value, schema, [])
}

/** The schema of a member, by its own name or as one of many. */
export function memberSchema(schema: Schema | undefined, name: string): Schema | undefined {
  if (schema?.properties && Object.hasOwn(schema.properties, name)) return schema.properties[name]
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

function typed(text: string, schema: Schema | undefined): Json {
  if (schema?.type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (schema?.type === 'number' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text)
  const takesTruth = schema?.type === 'boolean' || schema?.enum?.includes(true) === true
  if (takesTruth && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function missing(source: ConfigSource, path: ConfigPath, match: string, name: string, found: string | undefined): ConfigFault {
  const { file, span } = source.place(path)
  const inside = file.text.slice(span.start, span.end).indexOf(match)
  const start = inside === -1 ? span.start : span.start + inside
  const place = { file, span: { start, end: inside === -1 ? span.end : start + match.length } }
  if (!NAME.test(name)) {
    return faultAt('config-value', place, {
      message: `\`${match}\` in \`${pathText(path)}\` is no reference to a variable`,
      label: 'no name of a variable',
      help: 'a name has letters, digits and `_`; write `$${` for a literal `${`',
    })
  }
  return faultAt('config-missing-variable', place, {
    message: `the environment variable \`${name}\` is ${found === undefined ? 'not set' : 'empty'}`,
    label: found === undefined ? 'not set' : 'empty',
    help: `set it for the server: \`${name}=… npm start\``,
  })
}
