import type { ErrorObject } from 'ajv'
import { didYouMean } from '../diagnostics/near-name.js'
import { putInQuotes, writeValue } from '../diagnostics/fixes/write.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import type { Reporter, ReportMore } from '../diagnostics/reporter.js'
import { isJsonObject, type Json, type JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'
import { meantBoolean, meantDuration, meantInteger } from '../syntax/meant-value.js'
import { listOfWords } from '../syntax/list-of-words.js'
import { reportMissingSpace } from '../syntax/missing-space.js'
import { describeNode, isEmpty, type MapNode, type SyntaxNode } from '../syntax/node.js'
import { placeAt, toJsonObject } from './node-json.js'
import { reportReferences } from './plain-references.js'
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
  const unasked = node === undefined ? DEFAULTS.get(owner.properties) : undefined
  if (unasked) return unasked
  const given: SyntaxNode = node === undefined || isEmpty(node) ? NONE : node
  if (given.is !== 'map') {
    if (given.is === 'scalar' && given.plain && reportMissingSpace(reporter, given.span)) return undefined
    reporter.report('wrong-type', given.span, `the ${owner.word}s of ${owner.of} are a mapping, not ${describeNode(given)}`)
    return undefined
  }
  const settings = toJsonObject(given)
  if (reportReferences(reporter, given, owner.properties)) return undefined
  const errors = checkSettings(owner.properties, settings)
  for (const error of errors) reportError(reporter, given, error, owner)
  if (errors.length > 0) return undefined
  if (node === undefined) DEFAULTS.set(owner.properties, frozen(settings))
  return settings
}

/** What comes of giving no settings, which most steps do: one object for all of them. */
const DEFAULTS = new WeakMap<Properties, JsonObject>()

function frozen<J extends Json>(value: J): J {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values<Json>(value)) frozen(part)
  return Object.freeze(value)
}

const NONE: MapNode = { is: 'map', span: { start: 0, end: 0 }, entries: [] }

function reportError(reporter: Reporter, root: MapNode, error: ErrorObject, owner: SettingsOwner): void {
  const place = placeAt(root, error.instancePath)
  if (!place) return
  const { from = { reporter, span: place.node.span } } = place.node.is === 'scalar' ? place.node : {}
  if (error.parentSchema?.['secret'] === true) from.reporter.hide(from.span)
  const name = place.entry?.key ?? nameIn(error.instancePath)
  if (error.keyword === 'additionalProperties') {
    reportUnknown(reporter, place.node, error, name === undefined ? owner.of : quote(name), owner.word)
    return
  }
  const what = name === undefined ? owner.of : quote(name)
  if (error.keyword === 'secret') {
    from.reporter.report('secret-in-file', from.span, `${what} is a secret and stands in clear`, {
      help: 'name an environment variable: `${NAME}`',
    })
    return
  }
  if (from.reporter !== reporter) {
    // The fault is that of the file that gives the value: others may include the same fragment and give a good one.
    const related = [{ file: reporter.file, span: place.node.span, message: 'the setting that takes it' }]
    from.reporter.report('bad-setting', from.span, `${what} ${demand(error)}`, { related })
    return
  }
  const span = isEmpty(place.node) || error.keyword === 'required' ? (place.entry?.keySpan ?? place.node.span) : place.node.span
  const near =
    error.keyword === 'enum' && Array.isArray(error.schema) && typeof error.data === 'string'
      ? didYouMean(error.data, error.schema.map(String), { file: reporter.file, span })
      : {}
  reporter.report('bad-setting', span, `${what} ${demand(error)}`, { ...near, ...meantSetting(reporter, place.node, error) })
}

/** The value that was certainly meant by one of the wrong type. */
function meantSetting(
  reporter: Reporter,
  node: SyntaxNode,
  { keyword, schema, data, parentSchema }: ErrorObject,
): Pick<ReportMore, 'help' | 'fix'> {
  const { text } = reporter.file
  if (keyword === 'format' || (keyword === 'type' && parentSchema?.['format'] === 'duration')) {
    const meant = meantDuration(String(data))
    if (meant !== undefined) return { help: `write ${quote(meant)}`, fix: writeValue(node.span, meant) }
    return typeof data === 'number' ? { help: `add the unit: \`${data}s\` or \`${data}m\`` } : {}
  }
  if (keyword !== 'type' || node.is !== 'scalar' || node.value === null) return {}
  if (schema === 'string' && parentSchema?.['secret'] !== true)
    return { help: 'put it in quotes', fix: putInQuotes(reporter.file, node.span) }
  if (schema === 'array') return listOfWords(text, node) ?? {}
  const meant = typeof data === 'string' ? readAs(schema, data) : undefined
  return meant === undefined ? {} : { help: `write ${quote(meant)}`, fix: writeValue(node.span, meant) }
}

function readAs(type: unknown, text: string): string | undefined {
  const meant = type === 'boolean' ? meantBoolean(text) : type === 'integer' || type === 'number' ? meantInteger(text) : undefined
  return meant === undefined ? undefined : String(meant)
}

function counted(bound: string, noun: string): string {
  return `${bound} ${noun}${bound === '1' ? '' : 's'}`
}

function reportUnknown(reporter: Reporter, node: SyntaxNode, error: ErrorObject, of: string, word: string): void {
  const key = String(error.params['additionalProperty'])
  const entry = node.is === 'map' ? node.entries.find((candidate) => candidate.key === key) : undefined
  if (entry?.value.is === 'faulty') return
  const known: unknown = error.parentSchema?.['properties']
  const names = isJsonObject(known) ? Object.keys(known) : []
  const near =
    key === '<<'
      ? { help: 'YAML 1.2 has no merge keys; write the values out' }
      : didYouMean(key, names, entry && { file: reporter.file, span: entry.keySpan })
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

const DURATION = 'must be a duration such as `30s`, `15m` or `2h`'

/** What the schema asks for, in our words. */
export function demand({ keyword, schema, params, parentSchema }: ErrorObject): string {
  const bound = String(schema)
  switch (keyword) {
    case 'type':
      if (parentSchema?.['format'] === 'duration') return DURATION
      return TYPES[bound] ?? `must be of type ${bound}`
    case 'enum':
      return `must be ${quoteAll(Array.isArray(schema) ? schema.map(String) : [], 'or')}`
    case 'const':
      return `must be ${quote(bound)}`
    case 'format':
      return DURATION
    case 'longest':
      return `must be ${quote(bound)} at the most`
    case 'minimum':
      return `must be ${bound} at least`
    case 'maximum':
      return `must be ${bound} at the most`
    case 'minLength':
      return `must have ${counted(bound, 'character')} at least`
    case 'maxLength':
      return `must have ${counted(bound, 'character')} at the most`
    case 'minItems':
      return `must have ${counted(bound, 'item')} at least`
    case 'maxItems':
    case 'maxProperties':
      return `must have ${counted(bound, 'item')} at the most`
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
