import type { Filter, FilterField } from '@rekey/core'

/** Levels of `and` inside `or` inside `and` that are looked into; SQLite's parser gives up at about thirty. */
const MAX_FILTER_LEVELS = 16

/** How a kind of condition is made. */
export interface Conditions<C> {
  readonly nobody: C
  readonly equals: (field: FilterField, value: string) => C
  readonly all: (conditions: readonly C[]) => C
  readonly any: (conditions: readonly C[]) => C
}

/**
 * Makes a condition of a filter. A combination of nothing matches nobody, and so does a filter with more than 16 levels of `and` and `or`
 * inside each other.
 */
export function combineFilter<C>(filter: Filter, conditions: Conditions<C>, levels = MAX_FILTER_LEVELS): C {
  switch (filter.is) {
    case 'equals':
      return conditions.equals(filter.field, filter.value)
    case 'and':
    case 'or': {
      const [first, ...more] = filter.of.length === 0 ? [] : membersOf(filter, filter.is)
      if (first === undefined || (more.length > 0 && levels === 0)) return conditions.nobody
      if (more.length === 0) return combineFilter(first, conditions, levels)
      const made = [first, ...more].map((member) => combineFilter(member, conditions, levels - 1))
      return filter.is === 'and' ? conditions.all(made) : conditions.any(made)
    }
  }
}

/** The members of a combination; those of the same kind inside it, and of any that has but one member, stand for themselves. */
function membersOf(filter: Filter, kind: 'and' | 'or'): readonly Filter[] {
  if (filter.is === 'equals') return [filter]
  if (filter.is === kind || filter.of.length === 1)
    return filter.of.length === 0 ? [filter] : filter.of.flatMap((one) => membersOf(one, kind))
  return [filter]
}
