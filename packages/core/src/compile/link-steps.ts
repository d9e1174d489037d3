import { didYouMean, nearName } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { SourceFile } from '../source/source-file.js'
import type { StepDefinition } from '../step/define-step.js'
import type { Properties } from '../step/schema.js'
import { DEFAULT_ATTEMPTS } from '../syntax/defaults.js'
import type { ItemSource, StepItem } from '../syntax/flow-source.js'
import { CHOOSE, INCLUDE } from '../syntax/words.js'
import type { Fragments } from './fragments.js'
import { readSettings } from './indentation-slips.js'
import { linkChoice } from './link-choice.js'
import { linkInclude } from './link-include.js'
import { linkSettings, type SettingsOwner } from './link-settings.js'
import { UNKNOWN, type LinkedStep, type Station } from './linked-flow.js'
import { withInputs, type Namespace } from './namespace.js'
import { writtenOf } from './modifiers-of.js'
import { namedByKey } from './named-by-key.js'
import type { Registry } from './registry.js'
import { giveStepId, takeQuietly } from './step-ids.js'

/** More steps than any flow has; fragments that include fragments must not fill the memory. */
const MOST_STEPS = 500

/** Looks up every step, checks its settings, and gives it its id. Fragments are put in where they are included. */
export class Linker {
  #steps = 0
  /** Files of the fragments that were included, directly or not. */
  readonly included = new Set<SourceFile>()

  constructor(
    readonly registry: Registry,
    readonly fragments: Fragments,
  ) {}

  /** The stations of a flow, or of a fragment that nobody includes. */
  linkAll(items: readonly ItemSource[], namespace: Namespace): readonly Station[] {
    return items.flatMap((item) => this.link(item, namespace))
  }

  /** Several stations for an include, and where a second step has slipped into the item. */
  link(item: ItemSource, namespace: Namespace): readonly Station[] {
    this.#steps += 1
    if (this.#steps > MOST_STEPS) return this.#tooMany(item, namespace.reporter)
    switch (item.is) {
      case 'unreadable':
        return [UNKNOWN]
      case 'choose':
        return linkChoice(this, item, namespace)
      case 'include':
        return linkInclude(this, item, namespace)
      case 'step':
        return this.#step(item, namespace)
      default:
        return item satisfies never
    }
  }

  #step(item: StepItem, namespace: Namespace): readonly Station[] {
    const { registry } = this
    const { reporter } = namespace
    const definition = registry.steps.get(item.type.text)
    if (!definition) return [this.#unknown(item, namespace)]
    const { settings: node, modifiers, beside, certain } = readSettings(reporter, item, definition, registry)
    const id = giveStepId(reporter, modifiers, item.type, definition, namespace.taken)
    const settings = linkSettings(reporter, node && withInputs(node, namespace), ownerOf(definition))
    const station: DraftStep = {
      is: 'step',
      id: namespace.prefix + id,
      file: reporter.file,
      span: item.type.span,
      definition,
      // The registry hides the parameter's type; it was inferred from the schema that these settings have passed.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      writes: (settings && definition.writesFor?.(settings as never)) ?? definition.writes ?? NO_FACTS,
      attempts: modifiers.attempts ?? definition.attempts ?? DEFAULT_ATTEMPTS,
      written: writtenOf(modifiers, namespace),
    }
    if (settings && certain) station.settings = settings
    if (modifiers.title !== undefined) station.title = modifiers.title
    if (namespace.includedAt) station.includedAt = namespace.includedAt
    return beside.length === 0 ? [station] : [station, ...beside.flatMap((other) => this.link(other, namespace))]
  }

  #unknown({ type, id, settings }: StepItem, { reporter, taken }: Namespace): Station {
    const names = [...this.registry.steps.keys(), CHOOSE, INCLUDE]
    reporter.report('unknown-step', type.span, `there is no step type ${quote(type.text)}`, {
      label: 'not registered',
      ...didYouMean(type.text, names, { file: reporter.file, span: type.span }),
      ...namedByKey(reporter, type, settings, this.registry),
    })
    // The id is taken all the same, under the name that was probably meant.
    const meant = id?.text ?? nearName(type.text, names)
    if (meant !== undefined) takeQuietly(taken, meant, id ?? type)
    return UNKNOWN
  }

  #tooMany(item: ItemSource, reporter: Reporter): readonly Station[] {
    if (this.#steps === MOST_STEPS + 1 && item.is !== 'unreadable') {
      const span = item.is === 'step' ? item.type.span : item.span
      reporter.report('file-too-large', span, `the flow has more than ${MOST_STEPS} steps, those of its fragments counted`)
    }
    return [UNKNOWN]
  }
}

type DraftStep = { -readonly [K in keyof LinkedStep]: LinkedStep[K] }

const OWNERS = new WeakMap<StepDefinition, SettingsOwner>()

function ownerOf(definition: StepDefinition): SettingsOwner {
  const known = OWNERS.get(definition)
  if (known) return known
  const owner = { of: `the step ${quote(definition.type)}`, word: 'setting', properties: definition.settings } as const
  OWNERS.set(definition, owner)
  return owner
}

const NO_FACTS: Properties = {}
