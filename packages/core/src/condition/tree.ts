import type { Condition } from '../machine/condition.js'

/** Always holds. */
export const TRUE: Condition = { is: 'all', of: [] }
/** Never holds. */
export const FALSE: Condition = { is: 'any', of: [] }

export function constant(holds: boolean): Condition {
  return holds ? TRUE : FALSE
}

/** What a condition always comes out as, or undefined where it depends on somebody. */
export function constantOf(condition: Condition): boolean | undefined {
  if (condition.is === 'cel' || condition.is === 'not' || condition.of.length > 0) return undefined
  return condition.is === 'all'
}

export function all(...parts: readonly Condition[]): Condition {
  return join('all', parts)
}

export function any(...parts: readonly Condition[]): Condition {
  return join('any', parts)
}

/** The opposite, with the negation at the atoms, so that `!(a && b)` and `!a || !b` are one tree. */
export function not(condition: Condition): Condition {
  switch (condition.is) {
    case 'cel':
      return { is: 'not', of: condition }
    case 'not':
      return condition.of
    case 'all':
      return join('any', condition.of.map(not))
    case 'any':
      return join('all', condition.of.map(not))
    default:
      return condition satisfies never
  }
}

/** A condition written as CEL again: what stands inside `exists`. */
export function conditionText(condition: Condition): string {
  switch (condition.is) {
    case 'cel':
      return condition.text
    case 'not':
      return `!(${conditionText(condition.of)})`
    case 'all':
    case 'any': {
      if (condition.of.length === 0) return String(condition.is === 'all')
      const sign = condition.is === 'all' ? ' && ' : ' || '
      return condition.of
        .map((part) => (part.is === 'all' || part.is === 'any' ? `(${conditionText(part)})` : conditionText(part)))
        .join(sign)
    }
    default:
      return condition satisfies never
  }
}

/** How many atoms are written in a condition, each as often as it is. */
export function sizeOf(condition: Condition): number {
  if (condition.is === 'cel') return 1
  return condition.is === 'not' ? sizeOf(condition.of) : condition.of.reduce((sum, part) => sum + sizeOf(part), 0)
}

/** In how many ways a condition comes out true and false at most, counted without walking them. */
export function waysOf(condition: Condition): { readonly holds: number; readonly fails: number } {
  switch (condition.is) {
    case 'cel':
      return { holds: 1, fails: 1 }
    case 'not': {
      const { holds, fails } = waysOf(condition.of)
      return { holds: fails, fails: holds }
    }
    case 'all':
    case 'any': {
      let through = 1
      let settled = 0
      for (const part of condition.of) {
        const { holds, fails } = waysOf(part)
        settled += through * (condition.is === 'all' ? fails : holds)
        through *= condition.is === 'all' ? holds : fails
      }
      return condition.is === 'all' ? { holds: through, fails: settled } : { holds: settled, fails: through }
    }
    default:
      return condition satisfies never
  }
}

/** Flattens, drops what says nothing and what was said before; one that settles the whole is the whole. */
function join(is: 'all' | 'any', parts: readonly Condition[]): Condition {
  const of = new Map<string, Condition>()
  for (const part of parts.flatMap((each) => (each.is === is ? each.of : [each]))) {
    if (part.is === 'all' || part.is === 'any') {
      if (part.of.length === 0) return part
    }
    const text = conditionText(part)
    if (!of.has(text)) of.set(text, part)
  }
  const [only, ...more] = of.values()
  return only !== undefined && more.length === 0 ? only : { is, of: [...of.values()] }
}
