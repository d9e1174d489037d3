import { didYouMean } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { ChooseItem, ItemSource } from '../syntax/flow-source.js'
import { CHOICE_MODIFIERS, CHOOSE, MODIFIERS } from '../syntax/words.js'
import { reportSecondStep, slippedItem, startsItem } from './indentation-slips.js'
import { UNKNOWN, type Option, type Station } from './linked-flow.js'
import { whyUnfit } from './not-an-option.js'
import type { Registry } from './registry.js'
import { giveChoiceId, type TakenIds } from './step-ids.js'

/** What a choice shares with the other steps of its flow. */
export interface ChoiceLinks {
  readonly registry: Registry
  readonly taken: TakenIds
  link(option: ItemSource): readonly Station[]
}

/**
 * Links a choice and its options. An option that can be none is reported and taken out. It belongs somewhere else, and nobody knows where:
 * an unknown station stands for it, before the choice, so that nothing behind it is missing for certain.
 */
export function linkChoice(reporter: Reporter, item: ChooseItem, links: ChoiceLinks): readonly Station[] {
  const id = giveChoiceId(reporter, item.id, { text: CHOOSE, span: item.span }, links.taken)
  const beside = reportStrays(reporter, item, links.registry)
  const linked = item.options.flatMap((option) => optionsOf(reporter, option, links))
  const misfits = linked.filter((option) => option.is === 'step' && whyUnfit(option.definition) !== undefined)
  for (const option of misfits) reportUnfit(reporter, option)
  reportSingle(reporter, item, id, linked)
  const options = linked.filter((option) => !misfits.includes(option))
  const choice = { is: 'choose', id, span: item.span, options, ...(item.title !== undefined && { title: item.title }) } as const
  const stations = misfits.length > 0 ? [UNKNOWN, choice] : [choice]
  return [...stations, ...beside.flatMap((other) => links.link(other))]
}

/** The options of a choice inside a choice are read as options of the outer one. */
function optionsOf(reporter: Reporter, item: ItemSource, links: ChoiceLinks): readonly Option[] {
  if (item.is !== 'choose') return links.link(item).flatMap((station) => (station.is === 'choose' ? station.options : [station]))
  reporter.report('not-an-option', item.span, 'a choice cannot be an option of a choice', {
    label: 'a choice again',
    help: 'list its options in the outer choice',
  })
  return item.options.flatMap((option) => optionsOf(reporter, option, links))
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
  reporter.report('one-option', item.span, `this choice offers ${quote(only.id)} and nothing else`, {
    label: 'nothing to pick',
    help: `write the step alone, \`- ${only.definition.type}\`, or add another option`,
    steps: [id, only.id],
  })
}

/** Reports further keys of the item. @returns steps that slipped in among them. */
function reportStrays(reporter: Reporter, { strays }: ChooseItem, registry: Registry): readonly ItemSource[] {
  const steps = strays.filter(({ key }) => startsItem(key, registry))
  for (const entry of steps) reportSecondStep(reporter, entry, CHOOSE)
  for (const { key, keySpan } of strays.filter((entry) => !steps.includes(entry))) {
    const help = MODIFIERS.some((modifier) => modifier === key)
      ? { help: 'write it beside one of the options' }
      : didYouMean(key, CHOICE_MODIFIERS)
    reporter.report('unknown-key', keySpan, `a choice has no modifier ${quote(key)}`, { label: 'unknown', ...help })
  }
  return steps.map((entry) => slippedItem(reporter, entry))
}
