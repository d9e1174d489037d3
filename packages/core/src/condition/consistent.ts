import { decide } from '../machine/condition.js'
import type { Condition, Decisions } from '../machine/condition.js'
import { readAtom } from './atom-reading.js'
import type { Says } from './atom-reading.js'
import { isNumber, isSame, literalFrom } from './literal.js'
import type { Literal } from './literal.js'
import { domainsOf } from './domains.js'

export { domainsOf }

/** A decided atom that says something about one value. */
interface Decided {
  readonly says: Says
  readonly holds: boolean
}

/**
 * Whether some world gives all these answers at once. Exact for equality, membership and bounds of one value against literals, enumerated
 * values, sizes of lists against what they hold, and members that are absent; true for all it cannot weigh.
 * @param domains of `domainsOf`.
 */
export function consistent(decisions: Decisions, domains: ReadonlyMap<string, readonly string[]>): boolean {
  const about = new Map<string, Decided[]>()
  const absent = new Set<string>()
  const needed = new Set<string>()
  for (const [atom, holds] of decisions) {
    const { needs, says } = readAtom(atom)
    for (const path of needs) needed.add(path)
    if (says.is === 'has' && !holds) absent.add(says.of)
    if (says.is === 'has' && holds) needed.add(says.of)
    if (says.is === 'has' || says.is === 'other') continue
    const group = says.is === 'holds' || says.is === 'exists' ? `size(${says.of})` : says.of
    about.set(group, [...(about.get(group) ?? []), { says, holds }])
  }
  // An absent member has no value: whatever was answered about it, was answered of another world.
  if ([...needed].some((path) => prefixesOf(path).some((prefix) => absent.has(prefix)))) return false
  return [...about].every(([of, decided]) => hasValue(of, decided, domains.get(of)))
}

/** One way in which a condition comes out. */
export interface Outcome {
  readonly holds: boolean
  /** What is decided then: what was before, and what this way adds. */
  readonly decided: Decisions
}

/** Every way in which a condition can come out after some decisions, those in which it holds first. */
export function outcomesOf(condition: Condition, decided: Decisions, domains: ReadonlyMap<string, readonly string[]>): readonly Outcome[] {
  const found: Outcome[] = []
  const walk = (now: Decisions): void => {
    const answer = decide(condition, now)
    if (answer.is === 'decided') {
      found.push({ holds: answer.holds, decided: now })
      return
    }
    for (const holds of [true, false]) {
      const next = new Map([...now, [answer.atom, holds]])
      if (consistent(next, domains)) walk(next)
    }
  }
  walk(decided)
  return [...found.filter((each) => each.holds), ...found.filter((each) => !each.holds)]
}

/** Whether one value can be as was decided: some candidate satisfies every decision. */
function hasValue(of: string, decided: readonly Decided[], domain: readonly string[] | undefined): boolean {
  if (of.startsWith('size(')) return hasSize(decided)
  const candidates = domain?.map(literalFrom) ?? candidatesOf(decided.flatMap(({ says }) => valuesIn(says)))
  return candidates.some((candidate) => decided.every(({ says, holds }) => isSo(says, candidate) === holds))
}

/** A list is at least as large as the number of different values it holds. */
function hasSize(decided: readonly Decided[]): boolean {
  const held = new Set(decided.flatMap(({ says, holds }) => (says.is === 'holds' && holds ? [says.value] : [])))
  const isNotEmpty = decided.some(({ says, holds }) => says.is === 'exists' && holds)
  const least = BigInt(Math.max(held.size, isNotEmpty ? 1 : 0))
  const sized = decided.filter(({ says }) => says.is === 'one-of' || says.is === 'at-least')
  const literals = sized.flatMap(({ says }) => valuesIn(says))
  const sizes = [least, ...candidatesOf(literals)].filter((each) => typeof each === 'bigint' && each >= least)
  return sizes.some((size) => sized.every(({ says, holds }) => isSo(says, size) === holds))
}

function valuesIn(says: Says): readonly Literal[] {
  if (says.is === 'one-of') return says.values
  return says.is === 'at-least' ? [says.than] : []
}

/** @param value undefined stands for a value that no decision names. */
function isSo(says: Says, value: Literal | undefined): boolean {
  if (says.is === 'one-of') return value !== undefined && says.values.some((each) => isSame(each, value))
  if (says.is !== 'at-least' || value === undefined || !isNumber(value)) return false
  return says.strictly ? value > says.than : value >= says.than
}

/** One value for each way in which values can lie to literals: on them, beside them, between them; for texts, one that is none of them. */
function candidatesOf(literals: readonly Literal[]): readonly (Literal | undefined)[] {
  const numbers = literals.filter(isNumber)
  if (numbers.length === 0) return [...literals, undefined]
  if (numbers.every((each) => typeof each === 'bigint')) return numbers.flatMap((each) => [each - 1n, each, each + 1n])
  const sorted = numbers.map(Number).toSorted((a, b) => a - b)
  const between = sorted.map((each, index) => (each + (sorted[index + 1] ?? each)) / 2)
  return [Number.NEGATIVE_INFINITY, ...sorted, ...between, Number.POSITIVE_INFINITY]
}

/** A path and all paths above it. */
function prefixesOf(path: string): readonly string[] {
  const names = path.split('.')
  return names.map((_, index) => names.slice(0, index + 1).join('.'))
}
