import { writeDash } from '../diagnostics/fixes/dash.js'
import { indentUnder } from '../diagnostics/fixes/indent.js'
import { moveBeside } from '../diagnostics/fixes/take-out.js'
import { didYouMean, nearName } from '../diagnostics/near-name.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Span } from '../source/source-file.js'
import type { StepDefinition } from '../step/define-step.js'
import type { ItemSource, Modifiers, StepItem } from '../syntax/flow-source.js'
import { isEmpty, type Entry, type SyntaxNode } from '../syntax/node.js'
import { readItem } from '../syntax/read-item.js'
import { isModifier, readModifiers } from '../syntax/read-modifiers.js'
import { CHOOSE, INCLUDE, MODIFIERS, STEP_MODIFIERS } from '../syntax/words.js'
import type { Registry } from './registry.js'

/** Settings and modifiers of a step as they were meant. */
export interface MeantSettings {
  readonly settings?: SyntaxNode
  readonly modifiers: Modifiers
  /** Further steps that slipped into the item. */
  readonly beside: readonly ItemSource[]
  /** False when keys were left out because nobody can say what they were meant to be. */
  readonly certain: boolean
}

/**
 * Tells the settings of a step from what slipped in by wrong indentation: settings at the depth of the step's name, modifiers among
 * the settings, a second step without its `-`. Each is reported once and then read as meant, so that all else is found too.
 */
export function readSettings(reporter: Reporter, item: StepItem, definition: StepDefinition, registry: Registry): MeantSettings {
  const strays = item.strays.length === 0 ? NO_STRAYS : sortStrays(item, definition, registry)
  reportStrays(reporter, item, strays, definition)
  const beside = strays.steps.map((entry) => slippedItem(reporter, entry))
  const inside = item.settings?.is === 'map' ? item.settings : undefined
  const sunk = inside?.entries.filter(({ key }) => isModifier(key)) ?? []
  if (inside === undefined || (sunk.length === 0 && strays.settings.length === 0)) {
    const settings = strays.settings.length > 0 ? mapOf(strays.settings) : item.settings
    return settings ? { settings, modifiers: item, beside, certain: strays.none } : { modifiers: item, beside, certain: strays.none }
  }
  reportSunk(reporter, item, { span: inside.span, entries: inside.entries, sunk })
  const kept = inside.entries.filter((entry) => !sunk.includes(entry))
  return {
    settings: mapOf([...kept, ...strays.settings]),
    modifiers: { ...item, ...readModifiers(reporter, sunk) },
    beside,
    certain: strays.none,
  }
}

/** True for a key that would begin an item of its own. */
export function startsItem(key: string, registry: Registry): boolean {
  return key === CHOOSE || key === INCLUDE || registry.steps.has(key)
}

/** A step that slipped into the item of another one, read as the item it was meant to be. */
export function slippedItem(reporter: Reporter, entry: Entry): ItemSource {
  return readItem(reporter, { is: 'map', span: entry.keySpan, entries: [entry] })
}

/** @param host the step into whose item it slipped. */
export function reportSecondStep(reporter: Reporter, { key, keySpan }: Entry, host: string): void {
  const fix = writeDash(reporter.file, keySpan, isModifier)
  reporter.report('two-steps-in-one-item', keySpan, `a second step, ${quote(key)}, stands in the item of ${quote(host)}`, {
    label: 'no `-` before it',
    help: `write \`- ${key}\``,
    ...(fix && { fix }),
  })
}

interface Strays {
  readonly none: boolean
  readonly settings: readonly Entry[]
  readonly steps: readonly Entry[]
  readonly unknown: readonly Entry[]
}

const NO_STRAYS: Strays = { none: true, settings: [], steps: [], unknown: [] }

/** A stray key is a setting when the step has one of that name and no settings stand where they should. */
function sortStrays({ strays, settings }: StepItem, definition: StepDefinition, registry: Registry): Strays {
  const names = Object.keys(definition.settings)
  const bare = settings === undefined || isEmpty(settings)
  const isSetting = (key: string): boolean =>
    bare &&
    (names.includes(key) || (nearName(key, names) !== undefined && nearName(key, MODIFIERS) === undefined && !startsItem(key, registry)))
  const asSettings = strays.filter(({ key }) => isSetting(key))
  const rest = strays.filter((entry) => !asSettings.includes(entry))
  const steps = rest.filter(({ key }) => startsItem(key, registry))
  return { none: strays.length === 0, settings: asSettings, steps, unknown: rest.filter((entry) => !steps.includes(entry)) }
}

/** The settings as they are written, and the modifiers among them. */
interface Sunk {
  readonly span: Span
  readonly entries: readonly Entry[]
  readonly sunk: readonly Entry[]
}

function reportStrays(reporter: Reporter, item: StepItem, strays: Strays, definition: StepDefinition): void {
  const [setting] = strays.settings
  if (setting) {
    const fix = indentUnder(reporter.file, item.type.span, strays.settings)
    const names = quoteAll(strays.settings.map(({ key }) => key))
    reporter.report(
      'settings-not-indented',
      setting.keySpan,
      `${names} ${strays.settings.length > 1 ? 'stand' : 'stands'} beside ${quote(item.type.text)}, not under it`,
      {
        label: 'not indented enough',
        help: 'settings are indented by four spaces from the `-`; only modifiers stand beside the step',
        ...(fix && { fix }),
      },
    )
  }
  for (const entry of strays.steps) reportSecondStep(reporter, entry, item.type.text)
  for (const { key, keySpan } of strays.unknown) {
    const near = didYouMean(key, STEP_MODIFIERS, { file: reporter.file, span: keySpan })
    const settings = Object.keys(definition.settings)
    const help =
      near.help === undefined && settings.includes(key) ? { help: `move it to the other settings of ${quote(item.type.text)}` } : near
    reporter.report('unknown-key', keySpan, `a step has no modifier ${quote(key)}`, { label: 'unknown', ...help })
  }
}

function reportSunk(reporter: Reporter, { type }: StepItem, { sunk, ...settings }: Sunk): void {
  const [first] = sunk
  if (!first) return
  const fix = moveBeside(reporter.file, type.span, settings, sunk)
  reporter.report('modifier-in-settings', first.keySpan, `${quote(first.key)} is a modifier, no setting of ${quote(type.text)}`, {
    label: 'indented too far',
    help: 'write it beside the step, two spaces from the `-`',
    ...(fix && { fix }),
  })
}

function mapOf(entries: readonly Entry[]): SyntaxNode {
  const [first] = entries
  return { is: 'map', span: first?.keySpan ?? { start: 0, end: 0 }, entries }
}
