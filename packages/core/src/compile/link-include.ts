import { didYouMean, nearName } from '../diagnostics/near-name.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { isJsonObject, type Json } from '../step/json.js'
import type { IncludeItem, InputSource } from '../syntax/flow-source.js'
import { describeNode, isEmpty, type SyntaxNode } from '../syntax/node.js'
import { CEL_WORDS, INCLUDE, INCLUDE_MODIFIERS, MODIFIERS, STEP_ID } from '../syntax/words.js'
import type { Fragment } from './fragments.js'
import { reportSecondStep, slippedItem, startsItem } from './indentation-slips.js'
import { demand } from './link-settings.js'
import type { Linker } from './link-steps.js'
import { UNKNOWN, type Station } from './linked-flow.js'
import type { Inputs, InputValue, Namespace } from './namespace.js'
import { withInputs } from './namespace.js'
import { toJson } from './node-json.js'
import { checkSettings } from './settings-check.js'
import { giveItemId } from './step-ids.js'

/** Puts the steps of a fragment in the place of an include, in a namespace of their own. */
export function linkInclude(linker: Linker, item: IncludeItem, namespace: Namespace): readonly Station[] {
  const { reporter } = namespace
  const beside = reportStrays(linker, item, reporter).flatMap((other) => linker.link(other, namespace))
  const id = idOf(item, namespace)
  const path = linker.fragments.pathOf(reporter.file, item.path.text)
  const fragment = find(linker, item, path, namespace)
  if (!fragment) return [UNKNOWN, ...beside]
  linker.included.add(fragment.reporter.file)
  const inputs = inputsOf(fragment, item, namespace)
  if (!inputs) return [UNKNOWN, ...beside]
  const inside: Namespace = {
    reporter: fragment.reporter,
    prefix: `${namespace.prefix}${id}.`,
    taken: new Map(),
    inputs: inputs.values,
    origins: inputs.origins,
    whens: item.when ? [...namespace.whens, { source: item.when, namespace }] : namespace.whens,
    includedAt: namespace.includedAt ?? { file: reporter.file, span: item.path.span },
    open: [...namespace.open, path],
  }
  return [...linker.linkAll(fragment.source.steps, inside), ...beside]
}

/** An include is called like its file, in camelCase. */
function idOf(item: IncludeItem, { reporter, taken }: Namespace): string {
  const file = item.path.text.slice(item.path.text.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
  const id = file.replace(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  if (!item.id && (CEL_WORDS.has(id) || !STEP_ID.test(id))) {
    reporter.report('bad-id', item.path.span, `the include of ${quote(item.path.text)} cannot be called by its file`, {
      help: 'give it an `id`',
    })
    return INCLUDE
  }
  return giveItemId(reporter, item.id, { text: id, span: item.path.span }, taken)
}

function find({ fragments }: Linker, { path: written }: IncludeItem, path: string, { reporter, open }: Namespace): Fragment | undefined {
  const found = fragments.include(path)
  if (found.is === 'fragment') {
    if (!open.includes(path)) return found.fragment
    const circle = [...open.slice(open.indexOf(path)), path].map(quote).join(' -> ')
    reporter.report('include-cycle', written.span, `this fragment includes itself: ${circle}`, { label: 'a circle' })
    return undefined
  }
  if (found.is === 'flow') {
    reporter.report('not-a-fragment', written.span, `${quote(written.text)} is a flow, and only fragments can be included`, {
      label: 'a flow',
      help: 'move the steps that both need into a file that begins with `fragment: NAME`',
    })
    return undefined
  }
  if (found.is === 'unreadable') return undefined
  const near = didYouMean(path, fragments.paths)
  const all = fragments.paths.length > 0 && fragments.paths.length <= 5 ? { help: `there is ${quoteAll(fragments.paths)}` } : {}
  reporter.report('missing-fragment', written.span, `there is no fragment ${quote(path)} among the flow files`, {
    label: 'not found',
    ...all,
    ...near,
  })
  return undefined
}

/** @returns undefined when a fault of the inputs was reported. */
function inputsOf(fragment: Fragment, item: IncludeItem, namespace: Namespace): Inputs | undefined {
  const { reporter } = namespace
  const node = item.with && withInputs(item.with, namespace)
  if (node && !isEmpty(node) && node.is !== 'map') {
    if (node.is !== 'faulty') reporter.report('wrong-type', node.span, `\`with\` is a mapping of inputs, not ${describeNode(node)}`)
    return undefined
  }
  const given = node?.is === 'map' ? node.entries : []
  const names = Object.keys(fragment.inputs)
  let good = true
  for (const { key, keySpan } of given.filter((entry) => !names.includes(entry.key))) {
    good = false
    const all = names.length > 0 ? { help: `it has ${quoteAll(names)}` } : { help: 'it has no inputs' }
    reporter.report('unknown-input', keySpan, `${quote(item.path.text)} has no input ${quote(key)}`, {
      label: 'unknown',
      ...all,
      ...didYouMean(key, names, { file: reporter.file, span: keySpan }),
    })
  }
  // A misspelt input has been reported; that it is missing is the same mistake.
  const meant = given.map(({ key }) => nearName(key, names))
  for (const { name } of fragment.source.inputs.filter(
    ({ name, schema }) => isMissing(name.text, schema, given) && !meant.includes(name.text),
  )) {
    good = false
    reporter.report('missing-input', item.path.span, `${quote(item.path.text)} needs the input ${quote(name.text)}`, {
      related: [{ file: fragment.reporter.file, span: name.span, message: 'declared here, without a default' }],
      help: `write \`with: { ${name.text}: … }\` beside it`,
    })
  }
  return good ? checked(fragment, given, reporter) : undefined
}

function isMissing(name: string, schema: InputSource['schema'], given: readonly { readonly key: string }[]): boolean {
  return schema[name]?.default === undefined && given.every(({ key }) => key !== name)
}

function checked(
  { inputs, source, reporter: ofFragment }: Fragment,
  given: readonly { readonly key: string; readonly value: SyntaxNode }[],
  reporter: Reporter,
): Inputs | undefined {
  if (given.some(({ value }) => value.is === 'faulty')) return undefined
  const values: Record<string, Json> = Object.fromEntries(given.map(({ key, value }) => [key, toJson(value)]))
  const errors = checkSettings(inputs, values)
  for (const error of errors) {
    const [, name = ''] = error.instancePath.split('/')
    const entry = given.find(({ key }) => key === name)
    if (entry) reporter.report('bad-input', entry.value.span, `the input ${quote(name)} ${demand(error)}`)
  }
  if (errors.length > 0 || !isJsonObject(values)) return undefined
  return {
    values: new Map(Object.entries(values).flatMap(([name, value]) => scalar(name, value))),
    origins: new Map([
      ...source.inputs.flatMap(({ name, fallback: span }) => (span ? [[name.text, { reporter: ofFragment, span }] as const] : [])),
      ...given.map(({ key, value }) => [key, (value.is === 'scalar' && value.from) || { reporter, span: value.span }] as const),
    ]),
  }
}

function scalar(name: string, value: Json): readonly (readonly [string, InputValue])[] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : []
}

/** Reports further keys of the item. @returns steps that slipped in among them. */
function reportStrays({ registry }: Linker, { strays }: IncludeItem, reporter: Reporter) {
  const steps = strays.filter(({ key }) => startsItem(key, registry))
  for (const entry of steps) reportSecondStep(reporter, entry, INCLUDE)
  for (const { key, keySpan } of strays.filter((entry) => !steps.includes(entry))) {
    const help = MODIFIERS.some((modifier) => modifier === key)
      ? { help: 'write it beside a step of the fragment' }
      : didYouMean(key, INCLUDE_MODIFIERS, { file: reporter.file, span: keySpan })
    reporter.report('unknown-key', keySpan, `an include has no modifier ${quote(key)}`, { label: 'unknown', ...help })
  }
  return steps.map((entry) => slippedItem(reporter, entry))
}
