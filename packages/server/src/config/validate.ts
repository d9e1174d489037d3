import { nearName, parseDuration } from '@rekey/core'
import type { Schema } from '@rekey/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject } from 'ajv/dist/2020.js'
import type { FilledConfig } from './schema.js'
import { faultAt, pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource } from './source.js'
import { memberSchema } from './variables.js'
import { isEmptyValue, takes, wordFor } from './takes.js'

export type Validated =
  | { readonly is: 'valid'; readonly filled: FilledConfig }
  | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/**
 * Checks a configuration against its schema and fills in the defaults, in place.
 * @param left what of the schema is left to check, where it is not all; it is taken to be a good schema.
 * @returns the faults, one for each place, or the value with the type that is inferred from the schema.
 */
export function validate(value: unknown, schema: Schema, source: ConfigSource, left: Schema = schema): Validated {
  // The configuration is the operator's own: reporting all faults at once is safe here, as it would not be for input of strangers.
  const rules = { allErrors: true, verbose: true, useDefaults: true, strict: true, allowUnionTypes: true }
  const ajv = new Ajv2020(left === schema ? rules : { ...rules, meta: false, validateSchema: false })
  ajv.addKeyword('secret')
  ajv.addFormat('duration', (text) => parseDuration(text) !== undefined)
  const check = ajv.compile<FilledConfig>(left)
  if (check(value)) return { is: 'valid', filled: value }
  const errors = check.errors ?? []
  const byPlace = new Map<string, ConfigFault>()
  for (const error of errors) {
    if (isMisspelt(error, errors)) continue
    const path = pathOf(error)
    const fault = draw(error, path, schema, source)
    // What an absent value is asked for beside being there would repeat the first fault.
    if (!byPlace.has(pathText(path))) byPlace.set(pathText(path), fault)
  }
  return { is: 'faults', faults: [...byPlace.values()] }
}

/** Whether a key is missing because it stands there misspelt, which is reported already. */
function isMisspelt({ instancePath, params }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  const missing: unknown = params['missingProperty']
  if (typeof missing !== 'string') return false
  return errors.some((other) => {
    const stray: unknown = other.params['additionalProperty']
    return other.instancePath === instancePath && typeof stray === 'string' && nearName(stray, [missing]) !== undefined
  })
}

/** The path of the value that was refused. */
function valuePath(error: ErrorObject): ConfigPath {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/** The same, with the key that is too much or missing. */
function pathOf(error: ErrorObject): ConfigPath {
  const name: unknown = error.params['additionalProperty'] ?? error.params['missingProperty']
  return typeof name === 'string' ? [...valuePath(error), name] : valuePath(error)
}

function schemaAt(schema: Schema, path: ConfigPath): Schema {
  return path.reduce<Schema>((under, part) => (typeof part === 'number' ? under.items : memberSchema(under, part)) ?? {}, schema)
}

function draw(error: ErrorObject, path: ConfigPath, root: Schema, source: ConfigSource): ConfigFault {
  const schema = schemaAt(root, valuePath(error))
  const name = pathText(path)
  const around = pathText(path.slice(0, -1))
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys(schema.properties ?? {})
      const near = nearName(String(path.at(-1)), known)
      return faultAt('config-unknown-key', source.keyPlace(path), {
        message: around === '' ? `there is no key \`${name}\`` : `\`${around}\` has no key \`${String(path.at(-1))}\``,
        label: 'not a key',
        help: near === undefined ? `it has ${known.map((key) => `\`${key}\``).join(', ')}` : `did you mean \`${near}\`?`,
      })
    }
    case 'required':
      return faultAt('config-missing-key', source.place(path.slice(0, -1)), {
        message: `\`${around}\` lacks \`${String(path.at(-1))}\``,
        label: 'incomplete',
      })
    case 'uniqueItems':
      return faultAt('config-duplicate', source.place(path), { message: `\`${name}\` names the same twice`, label: 'not unique' })
    default:
      return faultAt('config-value', source.place(path), {
        message: `\`${name === '' ? source.file.path : name}\` takes ${takes(schema)}`,
        label: wordFor(error.data),
        ...(isEmptyValue(error.data) && { help: 'delete the key to get the default' }),
      })
  }
}
