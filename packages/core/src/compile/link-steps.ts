import { didYouMean, nearName } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { DEFAULT_ATTEMPTS } from '../syntax/defaults.js'
import type { ItemSource, StepItem } from '../syntax/flow-source.js'
import { CHOOSE } from '../syntax/words.js'
import { readSettings } from './indentation-slips.js'
import { linkChoice } from './link-choice.js'
import { linkSettings } from './link-settings.js'
import { UNKNOWN, type LinkedStep, type Station } from './linked-flow.js'
import type { Registry } from './registry.js'
import { giveStepId, takeQuietly, type TakenIds } from './step-ids.js'

/** Looks up every step, checks its settings, and gives it its id. */
export function linkSteps(reporter: Reporter, items: readonly ItemSource[], registry: Registry): readonly Station[] {
  const linker = new Linker(reporter, registry)
  return items.flatMap((item) => linker.link(item))
}

/** Keeps what all steps of a flow share while they are linked. */
class Linker {
  readonly #taken: TakenIds = new Map()

  constructor(
    private readonly reporter: Reporter,
    private readonly registry: Registry,
  ) {}

  /** Several stations where a second step has slipped into the item. */
  link(item: ItemSource): readonly Station[] {
    switch (item.is) {
      case 'unreadable':
        return [UNKNOWN]
      case 'choose':
        return linkChoice(this.reporter, item, { registry: this.registry, taken: this.#taken, link: (option) => this.link(option) })
      case 'step':
        return this.#step(item)
      default:
        return item satisfies never
    }
  }

  #step(item: StepItem): readonly Station[] {
    const { reporter, registry } = this
    const definition = registry.steps.get(item.type.text)
    if (!definition) return [this.#unknown(item)]
    const { settings: node, modifiers, beside, certain } = readSettings(reporter, item, definition, registry)
    const id = giveStepId(reporter, modifiers.id, item.type, definition, this.#taken)
    const owner = { of: `the step ${quote(definition.type)}`, word: 'setting', properties: definition.settings } as const
    const settings = linkSettings(reporter, node, owner)
    const station: LinkedStep = {
      is: 'step',
      id,
      span: item.type.span,
      definition,
      ...(settings && certain && { settings }),
      attempts: modifiers.attempts ?? definition.attempts ?? DEFAULT_ATTEMPTS,
      ...(modifiers.title !== undefined && { title: modifiers.title }),
    }
    return [station, ...beside.flatMap((other) => this.link(other))]
  }

  #unknown({ type, id }: StepItem): Station {
    const names = [...this.registry.steps.keys(), CHOOSE]
    this.reporter.report('unknown-step', type.span, `there is no step type ${quote(type.text)}`, {
      label: 'not registered',
      ...didYouMean(type.text, names),
    })
    // The id is taken all the same, under the name that was probably meant.
    const meant = id?.text ?? nearName(type.text, names)
    if (meant !== undefined) takeQuietly(this.#taken, meant, id ?? type)
    return UNKNOWN
  }
}
