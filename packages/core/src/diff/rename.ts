import type { LinkedCondition } from '../compile/linked-flow.js'
import type { Condition } from '../machine/condition.js'
import type { Matching } from './items.js'

/** What the new version calls a step that the old one calls otherwise, by the new id. */
export type Renamed = ReadonlyMap<string, string>

export function renamedIn({ pairs }: Matching): Renamed {
  return new Map(pairs.flatMap(({ old, now }) => (old.id === now.id ? [] : [[now.id, old.id] as const])))
}

const FACTS_OF = /(?<![\w.])facts\.((?:[A-Za-z_]\w*\.)+)(?=[A-Za-z_])/g

/** An atom of the new version in the names of the old one. */
export function inOldNames(atom: string, renamed: Renamed): string {
  if (renamed.size === 0) return atom
  return atom.replace(FACTS_OF, (whole: string, dotted: string) => {
    const name = renamed.get(dotted.slice(0, -1))
    return name === undefined ? whole : `facts.${name}.`
  })
}

/** A condition of the new version in the names of the old one. */
export function conditionInOldNames(when: LinkedCondition | undefined, renamed: Renamed): LinkedCondition | undefined {
  return when?.is === 'condition' && renamed.size > 0
    ? { ...when, condition: withAtoms(when.condition, (atom) => inOldNames(atom, renamed)) }
    : when
}

function withAtoms(condition: Condition, change: (atom: string) => string): Condition {
  switch (condition.is) {
    case 'cel':
      return { is: 'cel', text: change(condition.text) }
    case 'not':
      return { is: 'not', of: withAtoms(condition.of, change) }
    case 'all':
    case 'any':
      return { is: condition.is, of: condition.of.map((part) => withAtoms(part, change)) }
    default:
      return condition satisfies never
  }
}
