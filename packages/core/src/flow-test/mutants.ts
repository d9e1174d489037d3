import { toJson } from '../compile/node-json.js'
import type { Registry } from '../compile/registry.js'
import { createReporter } from '../diagnostics/reporter.js'
import type { Machine } from '../machine/machine.js'
import type { SourceFile, Span } from '../source/source-file.js'
import { isJsonObject, type Json, type JsonObject } from '../step/json.js'
import { DEFAULT_ATTEMPTS } from '../syntax/defaults.js'
import type { MapNode, SyntaxNode } from '../syntax/node.js'
import { readYaml } from '../syntax/read-yaml.js'
import { CHOOSE, INCLUDE, MODIFIERS } from '../syntax/words.js'
import { weaker } from './weaken.js'

/** A flow file with one thing changed for the worse. */
export interface Mutant {
  /** What was changed, in words: `delete \`kba\``. */
  readonly text: string
  /** Where the file says what was changed. */
  readonly file: SourceFile
  readonly span: Span
  /** What the changed file says, as JSON, which is YAML too. */
  readonly source: string
}

/** What mutants are made of. */
export interface Mutable {
  readonly file: SourceFile
  /** The machine of the flow, which knows what the file leaves to defaults. Absent for a fragment. */
  readonly machine?: Machine
  readonly registry: Registry
}

type Change = Omit<Mutant, 'file' | 'source'> & { readonly root: JsonObject }

/** Every mutant of a file: a flow, or a fragment that flows include. */
export function mutantsOf({ file, machine, registry }: Mutable): readonly Mutant[] {
  const root = readYaml(createReporter(file))
  if (root?.is !== 'map') return []
  const json = toJson(root)
  if (!isJsonObject(json)) return []
  const steps = root.entries.find(({ key }) => key === 'steps')
  const span = root.entries[0]?.keySpan ?? root.span
  const changes = [
    ...(steps ? itemChanges(steps.value, registry).map(({ items, ...change }) => ({ ...change, root: { ...json, steps: items } })) : []),
    ...(machine ? flowChanges(json, machine, root, span) : []),
  ]
  return changes.map(({ text, span: at, root: changed }) => ({ text, file, span: at, source: JSON.stringify(changed) }))
}

/** What the flow says beside its steps. */
function flowChanges(root: JsonObject, machine: Machine, node: MapNode, fallback: Span): readonly Change[] {
  const at = (key: string) => node.entries.find((entry) => entry.key === key)?.keySpan ?? fallback
  const { unknownAccount, expiresSeconds, require, limits, ensure } = machine
  const set = (key: string, value: Json, text: string): Change => ({ text, span: at(key), root: { ...root, [key]: value } })
  const rate = ({ count, seconds }: { readonly count: number; readonly seconds: number }, times = 1) => `${count * times}/${seconds}s`
  const inRow = partOf(partOf(root['limits'], 'failures'), 'inRow')
  const limited = (failures: number, starts: number, conversation: number, destination: number): JsonObject => ({
    failures: { principal: rate(limits.failures.principal, failures), ...(inRow !== undefined && { inRow }) },
    starts: { address: rate(limits.starts.address, starts) },
    messages: {
      conversation: limits.messages.conversation * conversation,
      destination: rate(limits.messages.destination, destination),
      ...(limits.messages.flow && { flow: rate(limits.messages.flow) }),
    },
  })
  return [
    ...(unknownAccount === 'hide' ? [set('unknownAccount', 'reveal', 'tell unknown people apart: `unknownAccount: reveal`')] : []),
    set('expires', `${expiresSeconds * 2}s`, `let conversations live twice as long, ${expiresSeconds * 2} s`),
    ...(require !== 'vouched' && require.factors > 1 ? [set('require', { ...require, factors: 1 }, 'require one factor only')] : []),
    ...(require !== 'vouched' && require.factors > 1 && require.distinctChannels
      ? [set('require', { ...require, distinctChannels: false }, 'let both factors use one channel')]
      : []),
    set('limits', limited(10, 1, 1, 1), 'allow ten times the failed proofs of one person'),
    set('limits', limited(1, 10, 1, 1), 'allow ten times the starts of one address'),
    set('limits', limited(1, 1, 10, 1), 'allow ten times the messages of one conversation'),
    set('limits', limited(1, 1, 1, 10), 'allow ten times the messages to one address'),
    ...ensure.map((one) =>
      set(
        'ensure',
        ensure.filter((other) => other !== one),
        `do not ensure \`${one}\``,
      ),
    ),
  ]
}

/** A member of what may be an object. */
function partOf(whole: Json | undefined, key: string): Json | undefined {
  return whole !== undefined && isJsonObject(whole) ? whole[key] : undefined
}

interface ItemChange {
  readonly text: string
  readonly span: Span
  readonly items: Json
}

/** Every change of one item of a list of steps, with the list as it is then. */
function itemChanges(list: SyntaxNode, registry: Registry): readonly ItemChange[] {
  if (list.is !== 'list') return []
  const all = list.items.map(toJson)
  return list.items.flatMap((item, index) => {
    const [name, span] = nameOf(item)
    const put = (text: string, changed: Json, at = span): ItemChange => ({ text, span: at, items: all.with(index, changed) })
    const removed: ItemChange = { text: `delete \`${name}\``, span, items: all.toSpliced(index, 1) }
    if (all.length === 1) return oneItem(item, name, registry, put)
    return [removed, ...oneItem(item, name, registry, put)]
  })
}

type Put = (text: string, changed: Json, at?: Span) => ItemChange

/** The changes of an item that stays. */
function oneItem(item: SyntaxNode, name: string, registry: Registry, put: Put): readonly ItemChange[] {
  const json = toJson(item)
  const written: JsonObject = isJsonObject(json) ? json : { [words(json)]: null }
  const entries = item.is === 'map' ? item.entries : []
  const at = (key: string) => entries.find((entry) => entry.key === key)?.keySpan
  const without = (key: string): JsonObject => Object.fromEntries(Object.entries(written).filter(([other]) => other !== key))
  const { when } = written
  const conditions =
    when === undefined
      ? []
      : [
          put(`drop the condition of \`${name}\``, without('when'), at('when')),
          put(
            `turn the condition of \`${name}\` round`,
            { ...written, when: typeof when === 'boolean' ? !when : `!(${words(when)})` },
            at('when'),
          ),
        ]
  const returns = 'onFail' in written ? [put(`let a failure of \`${name}\` end the conversation`, without('onFail'), at('onFail'))] : []
  const offered = entries.find(({ key }) => key === CHOOSE)
  const options = offered
    ? itemChanges(offered.value, registry).map(({ items, ...change }) => put(change.text, { ...written, [CHOOSE]: items }, change.span))
    : []
  return [...conditions, ...returns, ...options, ...settingChanges(written, name, registry, put)]
}

function settingChanges(written: JsonObject, name: string, registry: Registry, put: Put): readonly ItemChange[] {
  const type = Object.keys(written).find((key) => !isModifier(key)) ?? ''
  const definition = registry.steps.get(type)
  if (!definition) return []
  const settings = isJsonObject(written[type]) ? written[type] : {}
  const changed = Object.entries(definition.settings).flatMap(([key, schema]) => {
    // A default is a value of the schema's own making.
    const value = settings[key] ?? (schema.default as Json | undefined)
    if (value === undefined) return []
    return weaker(key, schema, value).map((weak) =>
      put(`\`${name}\`: \`${key}\` ${shown(weak)} instead of ${shown(value)}`, { ...written, [type]: { ...settings, [key]: weak } }),
    )
  })
  if (definition.proves === undefined || definition.kind === undefined) return changed
  const attempts = typeof written['attempts'] === 'number' ? written['attempts'] : (definition.attempts ?? DEFAULT_ATTEMPTS)
  return [...changed, put(`\`${name}\`: ${attempts * 2} attempts instead of ${attempts}`, { ...written, attempts: attempts * 2 })]
}

/** What an item is called in words, and where it says so. */
function nameOf(item: SyntaxNode): readonly [string, Span] {
  if (item.is !== 'map') return [words(toJson(item)), item.span]
  const own = item.entries.find(({ key }) => !isModifier(key))
  const id = item.entries.find(({ key }) => key === 'id')
  const included = own?.key === INCLUDE ? words(toJson(own.value)) : own?.key
  return [id ? words(toJson(id.value)) : (included ?? 'an item'), own?.keySpan ?? item.span]
}

function isModifier(key: string): boolean {
  return MODIFIERS.some((modifier) => modifier === key)
}

function words(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function shown(value: Json): string {
  return Array.isArray(value) && value.length === 0 ? 'empty' : Array.isArray(value) ? value.map(words).join(', ') : words(value)
}
