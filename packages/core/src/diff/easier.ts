import { termsOf } from '../compile/later-needs.js'
import { stepsIn, type LinkedFlow } from '../compile/linked-flow.js'
import { consistent } from '../condition/consistent.js'
import type { Decisions } from '../machine/condition.js'
import { areAsHard, isAsHard, type Obstacle } from './obstacle.js'
import type { Way } from './ways.js'

/** A way as it is compared: what it takes, and of whom. */
export interface Passage {
  readonly way: Way
  readonly obstacles: readonly Obstacle[]
  /** What must be so of the person, and of what silent steps found out. What the caller says is the caller's choice, and not here. */
  readonly people: Decisions
  /** What the caller says on it. */
  readonly says: Decisions
}

/** Easier than anything before, for somebody. */
export interface Easier {
  readonly passage: Passage
  /** Of whom this is true. */
  readonly people: Decisions
}

/** @param named gives an atom the name by which both versions know it. */
export function passagesOf(ways: readonly Way[], flow: LinkedFlow, named: (atom: string) => string = (atom) => atom): readonly Passage[] {
  const asking = new Set(stepsIn(flow.stations).flatMap(({ id, definition }) => (definition.kind === undefined ? [] : [id])))
  const isSaid = (term: string): boolean => asking.has(/^facts\.(.+)\.[^.]+$/.exec(term)?.[1] ?? '')
  return ways.map((way) => {
    const [said, found] = [true, false].map((which) => [...way.decided].filter(([atom]) => termsOf(atom).every(isSaid) === which))
    return {
      way,
      obstacles: way.obstacles,
      people: new Map((found ?? []).map(([atom, holds]) => [named(atom), holds])),
      says: new Map(said),
    }
  })
}

/** How many cases are told apart before the rest counts as easier. */
const MOST_CASES = 5000

/**
 * The passages that let somebody through who met more before. Every case is gone through that the conditions of both versions tell apart; when there are too
 * many of them, a passage counts as easier.
 */
export function easierThan(
  before: readonly Passage[],
  now: readonly Passage[],
  domains: LinkedFlow['domains'],
  matches: typeof isAsHard = isAsHard,
): readonly Easier[] {
  let cases = 0
  return now.flatMap((passage) => {
    const noHarder = before.filter((old) => areAsHard(passage.obstacles, old.obstacles, matches))
    const search = (people: Decisions): Decisions | undefined => {
      cases += 1
      const open =
        cases > MOST_CASES
          ? []
          : noHarder.filter((old) => agrees(people, old.people) && consistent(new Map([...people, ...old.people]), domains))
      const [first] = open
      if (!first) return people
      if (open.some((old) => [...old.people.keys()].every((atom) => people.has(atom)))) return undefined
      const atom = [...first.people.keys()].find((each) => !people.has(each)) ?? ''
      for (const holds of [first.people.get(atom) !== true, first.people.get(atom) === true]) {
        const next = new Map([...people, [atom, holds]])
        const found = consistent(next, domains) ? search(next) : undefined
        if (found) return found
      }
      return undefined
    }
    const people = search(passage.people)
    return people ? [{ passage, people }] : []
  })
}

/** Whether no question is answered one way here and the other way there. */
export function agrees(people: Decisions, others: Decisions): boolean {
  return [...others].every(([atom, holds]) => (people.get(atom) ?? holds) === holds)
}
