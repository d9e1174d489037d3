import type { LinkedChoice, LinkedFlow, LinkedStep } from '../compile/linked-flow.js'

/** A step or a choice, with where it stands. */
export interface Item {
  readonly item: LinkedStep | LinkedChoice
  readonly id: string
  /** Index of its station; options of one choice share it. */
  readonly at: number
  /** The choice that offers it. */
  readonly within?: LinkedChoice
}

/** One thing in the old and in the new version. */
export interface Pair {
  readonly old: Item
  readonly now: Item
}

export interface Matching {
  readonly pairs: readonly Pair[]
  /** Only in the old version. */
  readonly gone: readonly Item[]
  /** Only in the new version. */
  readonly come: readonly Item[]
}

/** All steps and choices of a flow, in order; a choice stands before its options. */
export function itemsOf({ stations }: LinkedFlow): readonly Item[] {
  return stations.flatMap((station, at): readonly Item[] => {
    if (station.is === 'unknown') return []
    if (station.is === 'step') return [{ item: station, id: station.id, at }]
    const options = station.options.flatMap((item) => (item.is === 'step' ? [{ item, id: item.id, at, within: station }] : []))
    return [{ item: station, id: station.id, at }, ...options]
  })
}

/**
 * Finds what is the same in both versions: what has the same id and is of the same type; then what has the same id but for the include it stands in; then, in order,
 * what is of the same type and is called otherwise; then what has the id alone.
 */
export function matchItems(old: LinkedFlow, now: LinkedFlow): Matching {
  const left = { old: [...itemsOf(old)], now: [...itemsOf(now)] }
  const pairs: Pair[] = []
  const take = (isSame: (one: Item, other: Item) => boolean): void => {
    for (const one of left.old.slice()) {
      const other = left.now.find((each) => isSame(one, each))
      if (!other) continue
      pairs.push({ old: one, now: other })
      left.old.splice(left.old.indexOf(one), 1)
      left.now.splice(left.now.indexOf(other), 1)
    }
  }
  take((one, other) => one.id === other.id && typeOf(one) === typeOf(other))
  take((one, other) => lastName(one.id) === lastName(other.id) && typeOf(one) === typeOf(other))
  take((one, other) => typeOf(one) === typeOf(other) && one.id !== other.id)
  take((one, other) => one.id === other.id)
  return { pairs: pairs.toSorted((one, other) => one.now.at - other.now.at), gone: left.old, come: left.now }
}

function typeOf({ item }: Item): string {
  return item.is === 'choose' ? 'choose' : item.definition.type
}

function lastName(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1)
}

/** The steps of a pair, where both are. */
export function stepsOfPair({ old, now }: Pair): { readonly old: LinkedStep; readonly now: LinkedStep } | undefined {
  return old.item.is === 'step' && now.item.is === 'step' ? { old: old.item, now: now.item } : undefined
}
