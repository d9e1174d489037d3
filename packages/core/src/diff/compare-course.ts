import { showCondition } from '../compile/show-condition.js'
import type { LinkedCondition, LinkedFlow } from '../compile/linked-flow.js'
import { quote } from '../diagnostics/quote.js'
import type { Compared } from './compared.js'
import { finding, type DiffFinding } from './finding.js'
import type { Item, Matching, Pair } from './items.js'
import { conditionInOldNames } from './rename.js'
import { areAlike } from './ways.js'

/** When steps are asked, in which order, and where a failure leads. */
export function compareCourse(compared: Compared): readonly DiffFinding[] {
  const { matching } = compared
  return [...matching.pairs.flatMap((pair) => [...condition(pair, compared), ...jump(pair, compared)]), ...order(matching)]
}

function condition({ old, now }: Pair, { renamed, domains }: Compared): readonly DiffFinding[] {
  const [before, after] = [old.item.when, now.item.when]
  if (areAlike(before, conditionInOldNames(after, renamed), domains)) return []
  return [
    finding('change', 'question', `${quote(now.id)} is ${isAsking(now) ? 'asked' : 'run'} ${whenever(after)}`, {
      at: now.item,
      details: [`before: ${whenever(before)}`],
    }),
  ]
}

function whenever(when: LinkedCondition | undefined): string {
  return when?.is === 'condition' ? `when \`${showCondition(when.condition)}\`` : 'always'
}

function jump({ old, now }: Pair, compared: Compared): readonly DiffFinding[] {
  const before = targetOf(old, compared.old.linked)
  const target = targetOf(now, compared.now.linked)
  const after = target === undefined ? undefined : (compared.renamed.get(target) ?? target)
  if (before === after) return []
  const show = (to: string | undefined): string => (to === undefined ? 'ends the conversation' : `leads back to ${quote(to)}`)
  return [
    finding('change', 'question', `a failure of ${quote(now.id)} ${show(target)}`, { at: now.item, details: [`before: ${show(before)}`] }),
  ]
}

function targetOf({ item }: Item, { stations }: LinkedFlow): string | undefined {
  const station = item.onFail === undefined ? undefined : stations[item.onFail]
  return station && station.is !== 'unknown' ? station.id : undefined
}

/** Names what moved: the fewest steps by whose moving the one order becomes the other. */
function order({ pairs }: Matching): readonly DiffFinding[] {
  const stations = pairs.filter(({ old, now }) => !old.within && !now.within)
  const stayed = longestRising(stations.map(({ old }) => old.at))
  return stations
    .filter((_, index) => !stayed.has(index))
    .map((pair) => {
      const behind = stations[stations.indexOf(pair) - 1]
      return finding('change', 'question', `${quote(pair.now.id)} comes ${behind ? `after ${quote(behind.now.id)}` : 'first'} now`, {
        at: pair.now.item,
      })
    })
}

/** Indices of a longest run of numbers that rise. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  const best: (readonly number[])[] = []
  for (const [index, number] of numbers.entries()) {
    const before = best.filter((run) => (numbers[run.at(-1) ?? 0] ?? 0) < number)
    best.push([...before.reduce<readonly number[]>((longest, run) => (run.length > longest.length ? run : longest), []), index])
  }
  return new Set(best.reduce<readonly number[]>((longest, run) => (run.length > longest.length ? run : longest), []))
}

function isAsking({ item }: Item): boolean {
  return item.is === 'choose' || item.definition.kind !== undefined
}
