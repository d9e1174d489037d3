import type { ErrorObject } from 'ajv'
import { didYouMean } from '../diagnostics/near-name.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { isJsonObject, type JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'
import { reportMissingSpace } from '../syntax/missing-space.js'
import { describeNode, isEmpty, type MapNode, type SyntaxNode } from '../syntax/node.js'
import { placeAt, toJsonObject } from './node-json.js'
import { checkSettings } from './settings-check.js'

/** Whose settings are read, in the words of messages. */
export interface SettingsOwner {
  /** `the step \`kba\``. */
  readonly of: string
  /** `setting` or `option`. */
  readonly word: 'setting' | 'option'
  readonly properties: Properties
}

/**
 * Checks settings of a step, or options of a dialect, against their schema.
 * @param node absent or empty when the file gives none.
 * @returns the settings after defaults; undefined when a fault was reported.
 */
export function linkSettings(reporter: Reporter, node: SyntaxNode | undefined, owner: SettingsOwner): JsonObject | undefined {
  if (node?.is === 'faulty') return undefined
  const given: SyntaxNode = node === undefined || isEmpty(node) ? NONE : node
  if (given.is !== 'map') {
    if (given.is === 'scalar' && given.plain && reportMissingSpace(reporter, given.span)) return undefined
    reporter.report('wrong-type', given.span, `the ${owner.word}s of ${owner.of} are a mapping, not ${describeNode(given)}`)
    return undefined
  }
  const settings = toJsonObject(given)
  const errors = checkSettings(owner.properties, settings)
  for (const error of errors) reportError(reporter, given, error, owner)
  return errors.length === 0 ? settings : undefined
}

const NONE: MapNode = { is: 'map', span: { start: 0, end: 0 }, entries: [] }

function reportError(reporter: Reporter, root: MapNode, error: ErrorObject, owner: SettingsOwner): void {
  const place = placeAt(root, error.instancePath)
  if (!place) return
  if (error.parentSchema?.['secret'] === true) reporter.hide(place.node.span)
  const name = place.entry?.key ?? nameIn(error.instancePath)
  if (error.keyword === 'additionalProperties') {
    reportUnknown(reporter, place.node, error, name === undefined ? owner.of : quote(name), owner.word)
    return
  }
  const what = name === undefined ? owner.of : quote(name)
  if (error.keyword === 'secret') {
    reporter.report('secret-in-file', place.node.span, `${what} is a secret and stands in clear`, {
      help: 'name an environment variable: `${NAME}`',
    })
    return
  }
  const span = isEmpty(place.node) || error.keyword === 'required' ? (place.entry?.keySpan ?? place.node.span) : place.node.span
  const near = error.keyword === 'enum' && Array.isArray(error.schema) ? didYouMean(String(error.data), error.schema.map(String)) : {}
  reporter.report('bad-setting', span, `${what} ${demand(error)}`, near)
}

function reportUnknown(reporter: Reporter, node: SyntaxNode, error: ErrorObject, of: string, word: string): void {
  const key = String(error.params['additionalProperty'])
  const entry = node.is === 'map' ? node.entries.find((candidate) => candidate.key === key) : undefined
  if (entry?.value.is === 'faulty') return
  const known: unknown = error.parentSchema?.['properties']
  const names = isJsonObject(known) ? Object.keys(known) : []
  const near = key === '<<' ? { help: 'YAML 1.2 has no merge keys; write the values out' } : didYouMean(key, names)
  const all = names.length > 0 && names.length <= 8 ? { help: `it has ${quoteAll(names)}` } : {}
  reporter.report('unknown-setting', entry?.keySpan ?? node.span, `${of} has no ${word} ${quote(key)}`, {
    label: 'unknown',
    ...all,
    ...near,
  })
}

/** The last name in a JSON pointer, so that an item of a list is called by its list. */
function nameIn(pointer: string): string | undefined {
  return pointer
    .split('/')
    .slice(1)
    .filter((token) => !/^\d+$/.test(token))
    .at(-1)
    ?.replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'must be text',
  integer: 'must be a whole number',
  number: 'must be a number',
  boolean: 'must be `true` or `false`',
  array: 'must be a list',
  object: 'must be a mapping',
}

/** What the schema asks for, in our words. */
function demand({ keyword, schema, params }: ErrorObject): string {
  const bound = String(schema)
  switch (keyword) {
    case 'type':
      return TYPES[bound] ?? `must be of type ${bound}`
    case 'enum':
      return `must be ${quoteAll(Array.isArray(schema) ? schema.map(String) : [], 'or')}`
    case 'const':
      return `must be ${quote(bound)}`
    case 'format':
      return 'must be a duration such as `30s`, `15m` or `2h`'
    case 'minimum':
      return `must be ${bound} at least`
    case 'maximum':
      return `must be ${bound} at the most`
    case 'minLength':
      return `must have ${bound} characters at least`
    case 'maxLength':
      return `must have ${bound} characters at the most`
    case 'minItems':
      return `must have ${bound} items at least`
    case 'maxItems':
    case 'maxProperties':
      return `must have ${bound} items at the most`
    case 'uniqueItems':
      return 'must not name an item twice'
    case 'pattern':
      return `must match ${quote(bound)}`
    case 'required':
      return `lacks ${quote(String(params['missingProperty']))}`
    case 'oneOf':
      return 'fits none of the forms that are allowed here'
    default:
      return 'is not what is expected here'
  }
}
