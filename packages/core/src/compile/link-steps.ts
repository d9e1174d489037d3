import { didYouMean, nearName } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { StepDefinition } from '../step/define-step.js'
import { DEFAULT_ATTEMPTS } from '../syntax/defaults.js'
import type { ItemSource, StepItem } from '../syntax/flow-source.js'
import type { Named } from '../syntax/node.js'
import { CEL_WORDS, STEP_ID } from '../syntax/words.js'
import { readSettings } from './indentation-slips.js'
import { linkSettings } from './link-settings.js'
import type { Station } from './linked-flow.js'
import type { Registry } from './registry.js'

/** Looks up every step, checks its settings, and gives it its id. */
export function linkSteps(reporter: Reporter, items: readonly ItemSource[], registry: Registry): readonly Station[] {
  const taken = new Map<string, Taken>()
  return items.flatMap((item) => (item.is === 'step' ? linkStep(reporter, item, registry, taken) : [UNKNOWN]))
}

/** Who has an id: where it is written, and for which type. */
interface Taken {
  readonly named: Named
  readonly type: string
}

const UNKNOWN: Station = { is: 'unknown' }

function linkStep(reporter: Reporter, item: StepItem, registry: Registry, taken: Map<string, Taken>): readonly Station[] {
  const definition = registry.steps.get(item.type.text)
  if (!definition) {
    const { text, span } = item.type
    reporter.report('unknown-step', span, `there is no step type ${quote(text)}`, {
      label: 'not registered',
      ...didYouMean(text, registry.steps.keys()),
    })
    // The id is taken all the same, under the name that was probably meant.
    const meant = item.id?.text ?? nearName(text, registry.steps.keys())
    if (meant !== undefined && !taken.has(meant)) taken.set(meant, { named: item.id ?? item.type, type: meant })
    return [UNKNOWN]
  }
  const { settings: node, modifiers, steps, certain } = readSettings(reporter, item, definition, registry)
  const id = giveId(reporter, modifiers.id, item.type, definition, taken)
  const owner = { of: `the step ${quote(definition.type)}`, word: 'setting', properties: definition.settings } as const
  const settings = linkSettings(reporter, node, owner)
  const station: Station = {
    is: 'step',
    id,
    span: item.type.span,
    definition,
    ...(settings && certain && { settings }),
    attempts: modifiers.attempts ?? definition.attempts ?? DEFAULT_ATTEMPTS,
    ...(modifiers.title !== undefined && { title: modifiers.title }),
  }
  return [station, ...steps.flatMap((step) => linkStep(reporter, step, registry, taken))]
}

/** A step's id is the given one, else the last part of its type. Doubles are reported and keep the id: nothing else is wrong with them. */
function giveId(reporter: Reporter, given: Named | undefined, type: Named, definition: StepDefinition, taken: Map<string, Taken>): string {
  const text = given?.text ?? definition.type.slice(definition.type.lastIndexOf('/') + 1)
  if (!given && (CEL_WORDS.has(text) || !STEP_ID.test(text))) {
    reporter.report('bad-id', type.span, `the step ${quote(definition.type)} cannot be called by its type`, { help: 'give it an `id`' })
    return text
  }
  const earlier = taken.get(text)
  if (!earlier) {
    taken.set(text, { named: given ?? type, type: definition.type })
    return text
  }
  // A second step that names the person is wrong under any id, and is reported as that.
  if (definition.names === true && earlier.type === definition.type) return text
  const related = [{ file: reporter.file, span: earlier.named.span, message: 'the first one' }]
  if (given) reporter.report('duplicate-id', given.span, `the id ${quote(text)} is taken by an earlier step`, { related })
  else {
    reporter.report('duplicate-id', type.span, `a second step ${quote(text)} needs an \`id\` of its own`, {
      related,
      help: 'write `id: NAME` beside it',
    })
  }
  return text
}
