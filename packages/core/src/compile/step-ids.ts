import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { StepDefinition } from '../step/define-step.js'
import type { Modifiers } from '../syntax/flow-source.js'
import type { Named } from '../syntax/node.js'
import { CEL_WORDS, STEP_ID } from '../syntax/words.js'

/** The ids of one flow: steps, options and choices share them. */
export type TakenIds = Map<string, Taken>

/** Who has an id: where it is written, and for which type. */
interface Taken {
  readonly named: Named
  readonly type: string
}

/** Takes an id for somebody whose step nobody knows, so that a later one of the same name is found. */
export function takeQuietly(taken: TakenIds, id: string, named: Named): void {
  if (!taken.has(id)) taken.set(id, { named, type: id })
}

/**
 * A step's id is the given one, else the last part of its type. Doubles are reported and keep the id: nothing else is wrong with them.
 * @param type where the step is named.
 */
export function giveStepId(
  reporter: Reporter,
  { id: given, when }: Modifiers,
  type: Named,
  definition: StepDefinition,
  taken: TakenIds,
): string {
  const text = given?.text ?? definition.type.slice(definition.type.lastIndexOf('/') + 1)
  if (!given && (CEL_WORDS.has(text) || !STEP_ID.test(text))) {
    reporter.report('bad-id', type.span, `the step ${quote(definition.type)} cannot be called by its type`, { help: 'give it an `id`' })
    return text
  }
  const earlier = taken.get(text)
  // A second step that names the person is wrong under any id, unless a condition tells the two apart, and is reported as that.
  if (earlier && !when && definition.names === true && earlier.type === definition.type) return text
  claim(reporter, { id: text, given, type, of: definition.type, taken })
  return text
}

/** A choice is called `choose` and an include like its file, unless it has an id. */
export function giveItemId(reporter: Reporter, given: Named | undefined, word: Named, taken: TakenIds): string {
  const id = given?.text ?? word.text
  claim(reporter, { id, given, type: word, of: word.text, taken })
  return id
}

interface Wish {
  readonly id: string
  readonly given: Named | undefined
  readonly type: Named
  readonly of: string
  readonly taken: TakenIds
}

function claim(reporter: Reporter, { id, given, type, of, taken }: Wish): void {
  const earlier = taken.get(id)
  if (!earlier) {
    taken.set(id, { named: given ?? type, type: of })
    return
  }
  const related = [{ file: reporter.file, span: earlier.named.span, message: 'the first one' }]
  if (given) reporter.report('duplicate-id', given.span, `the id ${quote(id)} is taken by an earlier step`, { related })
  else {
    reporter.report('duplicate-id', type.span, `a second step ${quote(id)} needs an \`id\` of its own`, {
      related,
      help: 'write `id: NAME` beside it',
    })
  }
}
