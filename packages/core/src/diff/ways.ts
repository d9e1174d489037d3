import { outcomesOf } from '../condition/consistent.js'
import { optionsOf, type LinkedCondition, type LinkedFlow, type LinkedStep, type Station } from '../compile/linked-flow.js'
import { atomsOf, type Decisions } from '../machine/condition.js'
import { effectOf, type Effect } from './effects.js'
import { areAsHard, isLike, keyOfObstacle, obstacleOf, type Obstacle } from './obstacle.js'

/** One way by which a caller arrives at a change. */
export interface Way {
  readonly steps: readonly LinkedStep[]
  readonly obstacles: readonly Obstacle[]
  /** What conditions have come out as on it. */
  readonly decided: Decisions
}

/** Every way to every effect of a flow, those left out that take all that another takes, of the same people. */
export interface Ways {
  readonly to: ReadonlyMap<Effect, readonly Way[]>
  /** True when there are too many to look at. */
  readonly tooMany: boolean
}

const MOST_WAYS = 512

/**
 * Walks all ways of a flow and keeps on each what stands in the caller's way and whose way it is.
 * @param alike steps that stand in the way of the same people in every version; they are passed over.
 */
export function waysThrough(flow: LinkedFlow, alike: ReadonlySet<LinkedStep> = new Set()): Ways {
  const { stations, domains } = flow
  const to = new Map<Effect, Way[]>()
  let ways: readonly Way[] = [{ steps: [], obstacles: [], decided: new Map() }]
  const last = stations.findLastIndex((station) =>
    optionsOf(station).some((option) => option.is === 'step' && effectOf(option) !== undefined),
  )
  for (const station of stations.slice(0, last + 1)) {
    if (station.is === 'step' && alike.has(station)) continue
    const next: Way[] = []
    for (const { way, step } of ways.flatMap((one) => onward(one, station, domains))) {
      const effect = step && effectOf(step)
      if (step && effect) to.set(effect, [...(to.get(effect) ?? []), taken(way, step)])
      next.push(step ? taken(way, step) : way)
    }
    ways = easiest(next)
    if (ways.length > MOST_WAYS) return { to: new Map(), tooMany: true }
  }
  return { to: new Map([...to].map(([effect, found]) => [effect, easiest(found)])), tooMany: false }
}

function taken(way: Way, step: LinkedStep): Way {
  const obstacle = obstacleOf(step)
  return { ...way, steps: [...way.steps, step], obstacles: obstacle ? [...way.obstacles, obstacle] : way.obstacles }
}

interface Onward {
  readonly way: Way
  /** Absent where the station is passed over. */
  readonly step?: LinkedStep
}

function onward(way: Way, station: Station, domains: LinkedFlow['domains']): readonly Onward[] {
  if (station.is === 'unknown' || (station.is === 'step' && station.when && !matters(station))) return [{ way }]
  return ask(way, station.when, domains).flatMap(({ way: asked, holds }) => {
    if (!holds) return [{ way: asked }]
    return station.is === 'choose' ? picks(asked, optionsOf(station), domains) : [{ way: asked, step: station }]
  })
}

/** Whether a step that only some people meet makes a difference behind it; one that does not is passed over, which is the shorter way. */
function matters(step: LinkedStep): boolean {
  return (obstacleOf(step) ?? effectOf(step)) !== undefined || Object.keys(step.writes).length > 0
}

/** The conditions of all options are asked on arrival; with none left the way ends. */
function picks(way: Way, options: ReturnType<typeof optionsOf>, domains: LinkedFlow['domains']): readonly Onward[] {
  const steps = options.filter((option) => option.is === 'step')
  let asked: readonly { readonly way: Way; readonly left: readonly LinkedStep[] }[] = [{ way, left: [] }]
  for (const step of steps) {
    asked = asked.flatMap((one) =>
      ask(one.way, step.when, domains).map((answer) => ({ way: answer.way, left: answer.holds ? [...one.left, step] : one.left })),
    )
  }
  return asked.flatMap((one) => one.left.map((step) => ({ way: one.way, step })))
}

function ask(
  way: Way,
  when: LinkedCondition | undefined,
  domains: LinkedFlow['domains'],
): readonly { readonly way: Way; readonly holds: boolean }[] {
  if (when?.is !== 'condition') return [{ way, holds: true }]
  const wrote = new Set(way.steps.map(({ id }) => id))
  const absent = when.uses.facts.filter(({ step, guarded }) => guarded && !wrote.has(step))
  const before = new Map([...way.decided, ...absent.map(({ step, fact }) => [`has(facts.${step}.${fact})`, false] as const)])
  return outcomesOf(when.condition, before, domains).map(({ holds, decided }) => ({ way: { ...way, decided }, holds }))
}

/** Of ways on which the same was decided and the same facts were written, those that do not take all that another takes, and more. */
function easiest(ways: readonly Way[]): readonly Way[] {
  const groups = new Map<string, Way[]>()
  for (const way of [...ways].toSorted(
    (one, other) => one.obstacles.length - other.obstacles.length || one.steps.length - other.steps.length,
  )) {
    const wrote = way.steps.filter(({ writes }) => Object.keys(writes).length > 0).map(({ id }) => id)
    const key = JSON.stringify([wrote, [...way.decided].toSorted(([one], [other]) => (one < other ? -1 : 1))])
    const group = groups.get(key) ?? []
    if (!group.some((easier) => areAsHard(way.obstacles, easier.obstacles, isLike))) groups.set(key, [...group, way])
  }
  return [...groups.values()].flat()
}

/** Whether two conditions come out alike for everybody. */
export function areAlike(one: LinkedCondition | undefined, other: LinkedCondition | undefined, domains: LinkedFlow['domains']): boolean {
  const [first, second] = [one, other].map((when) => (when?.is === 'condition' ? when.condition : undefined))
  if (!first || !second) return first === second
  if (atomsOf(first).length + atomsOf(second).length > 16) return JSON.stringify(first) === JSON.stringify(second)
  return outcomesOf(first, new Map(), domains).every(({ holds, decided }) =>
    outcomesOf(second, decided, domains).every((answer) => answer.holds === holds),
  )
}

/** Equal for the same obstacles, in whatever order. */
export function keyOfObstacles(obstacles: readonly Obstacle[]): string {
  return obstacles.map(keyOfObstacle).toSorted().join(' + ')
}
