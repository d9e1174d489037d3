import type { JsonObject } from '../step/json.js'
import { isAtomShape } from './atom-shape.js'
import { parseCel } from './cel.js'
import { pathsBelow, seenAt, seenFacts } from './seen.js'

/** What conditions are asked about. */
export interface ConditionWorld {
  /** As `principalForConditions` gives it; absent while nobody is named. */
  readonly principal?: JsonObject
  /** By absolute step id (`confirm.email`). */
  readonly facts: { readonly [step: string]: JsonObject }
}

/** What an atom came out as. A fault is neither: it must not pass for a step to be passed over. */
export type AtomOutcome = { readonly is: 'decided'; readonly holds: boolean } | { readonly is: 'fault'; readonly reason: string }

/**
 * Makes an atom askable. It is read once; asking never throws, and reads of the world only what the atom names.
 * @param text an atom of a `Condition` of `readCondition`.
 * @throws TypeError for a text that is no such atom.
 */
export function linkAtom(text: string): (world: ConditionWorld) => AtomOutcome {
  const parsed = parseCel(text)
  if (parsed.is === 'unparsed') throw new TypeError(`\`${text}\` is no condition: ${parsed.reason}`)
  if (!isAtomShape(parsed.node)) throw new TypeError(`\`${text}\` is no atom of a condition`)
  const ofPrincipal = pathsBelow('principal', parsed.node)
  const ofFacts = pathsBelow('facts', parsed.node)
  return ({ principal, facts }) => {
    if (principal === undefined && ofPrincipal.length > 0)
      return { is: 'fault', reason: `\`${text}\` asks about a person, and nobody is named` }
    try {
      const answer = parsed.ask({ principal: seenAt(principal ?? {}, ofPrincipal), facts: seenFacts(facts, ofFacts) })
      return typeof answer === 'boolean'
        ? { is: 'decided', holds: answer }
        : { is: 'fault', reason: `\`${text}\` is neither true nor false` }
    } catch (cause) {
      return { is: 'fault', reason: `\`${text}\` cannot be answered: ${reasonOf(cause)}` }
    }
  }
}

/** The first line of what went wrong; the rest draws the text again. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : 'unknown fault'
}
