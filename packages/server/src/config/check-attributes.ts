import { CEL_WORDS, PRINCIPAL_PROFILE } from '@rekey/core'
import type { Schema } from '@rekey/core'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigSource, FaultWords } from './source.js'

/** What conditions see of everybody; a declared attribute in its place would be read as it, or never. */
const PROFILE: readonly string[] = Object.keys(PRINCIPAL_PROFILE)

/** Source: CEL specification, syntax; a selector is an identifier and none of the reserved words. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/** Checks the declared attributes of people: that conditions can name them, and that each declaration makes sense. */
export function checkAttributes({ attributes }: Pick<FilledConfig, 'attributes'>, source: ConfigSource): readonly ConfigFault[] {
  return Object.entries(attributes).flatMap(([name, declared]) => {
    const bad = nameFault(name)
    const path = ['attributes', name]
    if (bad) {
      const { file, span } = source.keyPlace(path)
      return [{ ...source.fault('config-value', path, bad), file, span }]
    }
    return schemaFaults(name, declared).map(({ key, ...words }) => source.fault('config-value', [...path, key], words))
  })
}

function nameFault(name: string): FaultWords | undefined {
  if (PROFILE.includes(name)) {
    return {
      message: `\`${name}\` is in the profile of everybody already`,
      label: 'taken',
      help: `conditions see ${PROFILE.map((one) => `\`${one}\``).join(', ')} without a declaration; take another name`,
    }
  }
  // What every object inherits would be found where somebody does not have the attribute.
  if (IDENTIFIER.test(name) && !CEL_WORDS.has(name) && !(name in Object.prototype)) return undefined
  return {
    message: `\`${name}\` is no name that a condition could say`,
    label: 'no name',
    help: 'a name has letters, digits and `_`, begins with no digit, and is no word of CEL such as `in` or `true`',
  }
}

function schemaFaults(name: string, { type, items, enum: values }: Schema): readonly (FaultWords & { readonly key: string })[] {
  if (values !== undefined && type !== 'string') {
    return [
      {
        key: 'enum',
        message: `\`attributes.${name}.enum\` lists texts, and its \`type\` is \`${String(type)}\``,
        label: 'not here',
        help: type === 'array' ? 'put `enum` under `items`' : 'only a `type: string` takes `enum`',
      },
    ]
  }
  if (items !== undefined && type !== 'array') {
    return [
      {
        key: 'items',
        message: `\`attributes.${name}.items\` is for lists, and its \`type\` is \`${String(type)}\``,
        label: 'not here',
        help: 'write `type: array`, or delete `items`',
      },
    ]
  }
  return []
}
