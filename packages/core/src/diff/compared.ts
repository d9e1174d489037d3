import type { CompiledAndLinked } from '../compile/compile-flows.js'
import type { LinkedFlow } from '../compile/linked-flow.js'
import { matchItems, type Matching } from './items.js'
import { renamedIn, type Renamed } from './rename.js'

/**
 * Which way a setting of a step is safer: `more` (a larger number, a longer list, `true`), `less`, or `less but some` for a list that
 * stands for everything when it is empty; or its values, the least safe first.
 */
export type SettingOrder = 'more' | 'less' | 'less but some' | readonly string[]

/** By step type and setting. A setting that is not here is told as changed, and nobody says whether for the worse. */
export type SettingOrders = { readonly [type: string]: { readonly [setting: string]: SettingOrder } }

/** Two versions of one flow. */
export interface Compared {
  readonly old: CompiledAndLinked
  readonly now: CompiledAndLinked
  readonly matching: Matching
  readonly renamed: Renamed
  /** Values that a term of conditions can have, in either version. */
  readonly domains: LinkedFlow['domains']
  readonly orders: SettingOrders
}

export function compared(old: CompiledAndLinked, now: CompiledAndLinked, orders: SettingOrders): Compared {
  const matching = matchItems(old.linked, now.linked)
  return { old, now, matching, renamed: renamedIn(matching), domains: new Map([...now.linked.domains, ...old.linked.domains]), orders }
}
