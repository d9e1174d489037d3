import { stepAlone } from '../diagnostics/fixes/step-alone.js'
import { didYouMean } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { ChooseItem, ItemSource } from '../syntax/flow-source.js'
import { CHOICE_MODIFIERS, CHOOSE, MODIFIERS } from '../syntax/words.js'
import { reportSecondStep, slippedItem, startsItem } from './indentation-slips.js'
import type { Linker } from './link-steps.js'
import { UNKNOWN, type LinkedChoice, type Option, type Station } from './linked-flow.js'
import { modifiersOf } from './modifiers-of.js'
import type { Namespace } from './namespace.js'
import { whyUnfit } from './not-an-option.js'
import type { Registry } from './registry.js'
import { giveItemId } from './step-ids.js'

/**
 * Links a choice and its options. An option that can be none is reported and taken out. It belongs somewhere else, and nobody knows where:
 * an unknown station stands for it, before the choice, so that nothing behind it is missing for certain.
 */
export function linkChoice(linker: Linker, item: ChooseItem, namespace: Namespace): readonly Station[] {
  const { reporter } = namespace
  const id = giveItemId(reporter, item.id, { text: CHOOSE, span: item.span }, namespace.taken)
  const beside = reportStrays(reporter, item, linker.registry)
  // The conditions of the includes around it are those of the choice: its options have their own only.
  const inside = { ...namespace, whens: [] }
  const linked = item.options.flatMap((option) => optionsOf(linker, option, inside))
  const misfits = linked.filter((option) => option.is === 'step' && whyUnfit(option.definition) !== undefined)
  for (const option of misfits) reportUnfit(reporter, option)
  reportSingle(reporter, item, id, linked)
  const options = linked.filter((option) => !misfits.includes(option))
  const choice: LinkedChoice = {
    is: 'choose',
    id: namespace.prefix + id,
    file: reporter.file,
    span: item.span,
    options,
    ...modifiersOf(item, namespace),
  }
  const stations = misfits.length > 0 ? [UNKNOWN, choice] : [choice]
  return [...stations, ...beside.flatMap((other) => linker.link(other, namespace))]
}

/** The options of a choice inside a choice are read as options of the outer one. */
function optionsOf(linker: Linker, item: ItemSource, namespace: Namespace): readonly Option[] {
  const { reporter } = namespace
  if (item.is === 'include') {
    reporter.report('not-an-option', item.span, 'a fragment cannot be an option of a choice', {
      label: 'several steps',
      help: 'put the choice into the fragment, or name its steps here',
    })
    return [UNKNOWN]
  }
  if (item.is !== 'choose')
    return linker.link(item, namespace).flatMap((station) => (station.is === 'choose' ? station.options : [station]))
  reporter.report('not-an-option', item.span, 'a choice cannot be an option of a choice', {
    label: 'a choice again',
    help: 'list its options in the outer choice',
  })
  return item.options.flatMap((option) => optionsOf(linker, option, namespace))
}

function reportUnfit(reporter: Reporter, option: Option): void {
  const why = option.is === 'step' ? whyUnfit(option.definition) : undefined
  if (option.is !== 'step' || why === undefined) return
  reporter.report('not-an-option', option.span, `${quote(option.id)} cannot be an option: it ${why}`, {
    label: 'not to be picked',
    help: 'make it a step of its own, before or after the choice',
    steps: [option.id],
  })
}

/** A single option leaves nothing to pick. */
function reportSingle(reporter: Reporter, item: ChooseItem, id: string, linked: readonly Option[]): void {
  const [only, ...others] = linked
  if (only?.is !== 'step' || others.length > 0 || whyUnfit(only.definition) !== undefined) return
  const fix = stepAlone(reporter.file, item.span)
  reporter.report('one-option', item.span, `this choice offers ${quote(only.id)} and nothing else`, {
    label: 'nothing to pick',
    help: `write the step alone, \`- ${only.definition.type}\`, or add another option`,
    steps: [id, only.id],
    ...(fix && { fix }),
  })
}

/** Reports further keys of the item. @returns steps that slipped in among them. */
function reportStrays(reporter: Reporter, { strays }: ChooseItem, registry: Registry): readonly ItemSource[] {
  const steps = strays.filter(({ key }) => startsItem(key, registry))
  for (const entry of steps) reportSecondStep(reporter, entry, CHOOSE)
  for (const { key, keySpan } of strays.filter((entry) => !steps.includes(entry))) {
    const help = MODIFIERS.some((modifier) => modifier === key)
      ? { help: 'write it beside one of the options' }
      : didYouMean(key, CHOICE_MODIFIERS, { file: reporter.file, span: keySpan })
    reporter.report('unknown-key', keySpan, `a choice has no modifier ${quote(key)}`, { label: 'unknown', ...help })
  }
  return steps.map((entry) => slippedItem(reporter, entry))
}
