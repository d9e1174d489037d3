/**
 * A condition in the form in which it decides: connectives over atoms, each an expression of CEL in one canonical spelling, so that two
 * spellings of one question are one question. `all` of nothing always holds, `any` of nothing never does.
 */
export type Condition =
  | { readonly is: 'all'; readonly of: readonly Condition[] }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'cel'; readonly text: string }

/** What has been decided of atoms, by their text. */
export type Decisions = ReadonlyMap<string, boolean>

/** The atoms of a condition, each once, in the order in which they are asked. */
export function atomsOf(condition: Condition): readonly string[] {
  switch (condition.is) {
    case 'cel':
      return [condition.text]
    case 'not':
      return atomsOf(condition.of)
    case 'all':
    case 'any':
      return [...new Set(condition.of.flatMap(atomsOf))]
    default:
      return condition satisfies never
  }
}

/** The first atom that has to be asked before the condition is decided, or what it decides. Later atoms are not asked where an earlier one settles it. */
export type Answer = { readonly is: 'decided'; readonly holds: boolean } | { readonly is: 'open'; readonly atom: string }

/** Decides a condition as far as the decisions go, from left to right. */
export function decide(condition: Condition, decisions: Decisions): Answer {
  switch (condition.is) {
    case 'cel': {
      const holds = decisions.get(condition.text)
      return holds === undefined ? { is: 'open', atom: condition.text } : { is: 'decided', holds }
    }
    case 'not': {
      const inner = decide(condition.of, decisions)
      return inner.is === 'open' ? inner : { is: 'decided', holds: !inner.holds }
    }
    case 'all':
    case 'any': {
      const settles = condition.is === 'any'
      for (const part of condition.of) {
        const answer = decide(part, decisions)
        if (answer.is === 'open' || answer.holds === settles) return answer
      }
      return { is: 'decided', holds: !settles }
    }
    default:
      return condition satisfies never
  }
}
