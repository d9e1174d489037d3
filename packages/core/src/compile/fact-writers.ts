import { optionsOf, type LinkedStep, type Option, type Station } from './linked-flow.js'

/** A fact as steps name it in `reads`: `<step type>.<fact>`. */
export interface FactName {
  readonly type: string
  readonly fact: string
}

export function parseFactName(name: string): FactName {
  const dot = name.lastIndexOf('.')
  return { type: name.slice(0, dot), fact: name.slice(dot + 1) }
}

/** Who may have written a fact when a station is entered. */
export interface Writers {
  /** The nearest earlier writer, and on other paths other options. */
  readonly by: readonly LinkedStep[]
  /** The first path on which nobody has; absent when every path writes it. */
  readonly without?: readonly LinkedStep[]
}

/**
 * Looks back from a station for the nearest writers of a fact. A choice has written it when every option has; otherwise the paths of the
 * other options look on before it.
 */
export function writersOf({ type, fact }: FactName, before: readonly Station[]): Writers {
  const writes = (option: Option): boolean =>
    // Of an unknown step nothing is missing for certain.
    option.is === 'unknown' || (option.definition.type === type && Object.hasOwn(option.definition.writes ?? {}, fact))
  const by: LinkedStep[] = []
  const without: LinkedStep[] = []
  for (const station of before.toReversed()) {
    const options = optionsOf(station)
    by.push(...options.filter((option) => option.is === 'step').filter(writes))
    const other = options.find((option) => !writes(option))
    if (other === undefined && options.length > 0) return { by }
    if (other?.is === 'step') without.push(other)
  }
  return { by, without: without.toReversed() }
}
