import { outcomesOf } from '../condition/consistent.js'
import type { Decisions } from '../machine/condition.js'
import type { StepDefinition } from '../step/define-step.js'
import { type LinkedCondition, type LinkedFlow, type LinkedStep, type Option, type Station } from './linked-flow.js'
import { laterNeeds, type LaterNeeds } from './later-needs.js'
import { BLIND, isProving, keyOf, NOTHING_PROVED, withProof, type ProvingStep, type Standing } from './standing.js'

/** What is certain when a step is entered. */
export interface PathPoint {
  readonly step: LinkedStep
  /** Index of its station; options of one choice share it. */
  readonly at: number
  /** The ways that lead here, in the order written: the shortest of each standing there may be. None when no path leads here. */
  readonly ways: readonly Way[]
  /** True when nothing is certain on any of them. */
  readonly blind: boolean
}

/** What is certain when a condition is asked. */
export interface ConditionPoint {
  readonly item: Exclude<Station, { readonly is: 'unknown' }>
  readonly when: LinkedCondition
  readonly at: number
  /** The ways that lead here. */
  readonly ways: readonly Way[]
  /** What it came out as on them. */
  readonly held: boolean
  readonly failed: boolean
}

/** A flow walked through on all paths together. */
export interface Walk {
  readonly points: readonly PathPoint[]
  readonly conditions: readonly ConditionPoint[]
  /** The first station at which there were too many ways to follow. */
  readonly tooMany?: number
  /** The first station that no way leaves: a choice that never has an option left. */
  readonly deadEnd?: number
}

/** A path up to a station, standing for all others of the same standing. */
export interface Way {
  readonly standing: Standing
  /** Steps on it. */
  readonly length: number
  /** The last step of it, and the way to that step; absent at the start. */
  readonly last?: { readonly step: LinkedStep; readonly proves: boolean; readonly from: Way }
  /** The item that a condition has passed over last, and the way to it. */
  readonly over?: { readonly id: string; readonly from: Way }
}

/** Ways that are followed side by side. More than ten conditions that do not hang together are more than a person can follow, too. */
const MOST_WAYS = 2048

const START: Way = { standing: NOTHING_PROVED, length: 0 }

/**
 * Walks all paths of a flow together. There are as many paths as choices and conditions have combinations, but only a bounded number of
 * standings, so that the work grows with the number of steps alone. Going back after a failure leads to a standing that the station had
 * before, because everything since is forgotten: it adds no path.
 */
export function walkPaths({ stations, domains }: Pick<LinkedFlow, 'stations' | 'domains'>): Walk {
  const walker = new Walker(domains, laterNeeds(stations))
  let ways: readonly Way[] = [START]
  for (const [at, station] of stations.entries()) {
    ways = walker.pass(station, at, ways)
    if (ways.length === 0) walker.deadEnd ??= at
  }
  return walker
}

/**
 * Walks from some ways on through a stretch of stations, on which only some steps may be taken.
 * @returns the ways that reach its end.
 */
export function walkStretch(
  { stations, domains }: Pick<LinkedFlow, 'stations' | 'domains'>,
  stretch: { readonly from: number; readonly to: number; readonly ways: readonly Way[]; readonly mayTake: (step: LinkedStep) => boolean },
): readonly Way[] {
  const walker = new Walker(domains, laterNeeds(stations), stretch.mayTake)
  let { ways } = stretch
  for (let at = stretch.from; at < stretch.to; at++) ways = walker.pass(stations[at] ?? { is: 'unknown' }, at, ways)
  return ways
}

/** Whether a way that has come to a station may enter it, and not pass it over. */
export function mayEnter({ stations, domains }: Pick<LinkedFlow, 'stations' | 'domains'>, at: number, way: Way): boolean {
  const station = stations[at] ?? { is: 'unknown' }
  if (station.is === 'unknown' || !station.when) return true
  const walker = new Walker(domains, laterNeeds(stations))
  walker.pass(station, at, [way])
  return walker.conditions.some(({ item, held }) => item === station && held)
}

class Walker implements Walk {
  readonly points: PathPoint[] = []
  readonly conditions: ConditionPoint[] = []
  tooMany?: number
  deadEnd?: number

  constructor(
    private readonly domains: LinkedFlow['domains'],
    private readonly needs: LaterNeeds,
    private readonly mayTake: (step: LinkedStep) => boolean = () => true,
  ) {}

  /** The ways by which a station is left. Ways are in the order of the paths they stand for, and stay so. */
  pass(station: Station, at: number, ways: readonly Way[]): readonly Way[] {
    if (station.is === 'step' && !station.when) return this.#always(station, at, ways)
    const [here, over] = this.#ask(station, at, ways)
    // All that are unknown are one.
    const options = station.is === 'choose' ? [...new Set(station.options)] : [station]
    const [first, ...others] = options
    if (!first) return this.#merge([...here, ...over], at)
    // A choice of one is that step, and is passed over like it.
    const [entering, without] = others.length === 0 && first !== station ? this.#ask(first, at, here) : [here, []]
    const left = others.length === 0 ? [{ option: first, ways: entering }] : this.#choose(options, at, entering)
    for (const { option, ways: leading } of left) {
      if (option.is === 'step')
        this.points.push({ step: option, at, ways: leading, blind: leading.every(({ standing }) => standing.blind) })
    }
    const onward = byOrder(left, entering).flatMap(([option, way]) =>
      option.is === 'step' && !this.mayTake(option) ? [] : [step(way, option)],
    )
    return this.#merge([...onward, ...over, ...without], at)
  }

  /** A step that every way takes, as most are. */
  #always(taken: LinkedStep, at: number, ways: readonly Way[]): readonly Way[] {
    this.points.push({ step: taken, at, ways, blind: ways.every(({ standing }) => standing.blind) })
    return this.mayTake(taken)
      ? this.#merge(
          ways.map((way) => step(way, taken)),
          at,
        )
      : []
  }

  /** The ways on which the condition of an item holds, and those on which it does not. */
  #ask(item: Station | Option, at: number, ways: readonly Way[]): readonly [readonly Way[], readonly Way[]] {
    if (item.is === 'unknown' || !item.when) return [ways, []]
    const { when } = item
    const entering: Way[] = []
    const passing: Way[] = []
    for (const way of ways) {
      if (entering.length + passing.length > MOST_WAYS) return this.#lost(item, when, at, ways)
      for (const { holds, decided } of outcomes(when, way, this.domains)) {
        const onward = { ...way, standing: when.is === 'faulty' ? BLIND : { ...way.standing, decided } }
        if (holds) entering.push(onward)
        else passing.push({ ...onward, over: { id: item.id, from: way } })
      }
    }
    this.conditions.push({ item, when, at, ways, held: entering.length > 0, failed: passing.length > 0 })
    return [entering, passing]
  }

  /** More than can be followed: from here on nothing is certain. */
  #lost(item: ConditionPoint['item'], when: LinkedCondition, at: number, ways: readonly Way[]): readonly [readonly Way[], readonly Way[]] {
    this.tooMany ??= at
    this.conditions.push({ item, when, at, ways, held: true, failed: true })
    const blind = { ...START, standing: BLIND }
    return [[blind], [blind]]
  }

  /** The ways to each option: all conditions of the options are asked on arrival. */
  #choose(
    options: readonly Option[],
    at: number,
    ways: readonly Way[],
  ): readonly { readonly option: Option; readonly ways: readonly Way[] }[] {
    const offered = new Map<Option, Way[]>(options.map((option) => [option, []]))
    let asked: readonly { readonly way: Way; readonly left: readonly Option[] }[] = ways.map((way) => ({ way, left: [] }))
    for (const option of options) {
      if (option.is === 'unknown' || !option.when) {
        asked = asked.map(({ way, left }) => ({ way, left: [...left, option] }))
        continue
      }
      const { when } = option
      const before = asked.map(({ way }) => way)
      asked = asked.flatMap(({ way, left }) =>
        outcomes(when, way, this.domains).map(({ holds, decided }) => ({
          way: { ...way, standing: when.is === 'faulty' ? BLIND : { ...way.standing, decided } },
          left: holds ? [...left, option] : left,
        })),
      )
      const held = asked.some(({ left }) => left.includes(option))
      this.conditions.push({ item: option, when, at, ways: before, held, failed: asked.some(({ left }) => !left.includes(option)) })
      if (asked.length > MOST_WAYS) {
        this.tooMany ??= at
        asked = [{ way: { ...START, standing: BLIND }, left: options }]
        break
      }
    }
    for (const { way, left } of asked) for (const option of left) offered.get(option)?.push(way)
    return options.map((option) => ({ option, ways: offered.get(option) ?? [] }))
  }

  /** One way for each standing, the shortest; what no later step needs is forgotten before. */
  #merge(ways: readonly Way[], at: number): readonly Way[] {
    const [only, ...others] = ways
    if (!only) return ways
    if (others.length === 0) {
      const standing = this.needs.keep(only.standing, at)
      return standing === only.standing ? ways : [{ ...only, standing }]
    }
    const found = new Map<string, Way>()
    for (const way of ways) {
      const standing = this.needs.keep(way.standing, at)
      const kept = standing === way.standing ? way : { ...way, standing }
      const key = keyOf(standing)
      const earlier = found.get(key)
      if (!earlier || way.length < earlier.length) found.set(key, kept)
    }
    if (found.size <= MOST_WAYS) return [...found.values()]
    this.tooMany ??= at
    return [{ ...START, standing: BLIND }]
  }
}

/** True first. */
function outcomes(when: LinkedCondition, { standing }: Way, domains: LinkedFlow['domains']) {
  if (when.is === 'faulty') return [{ holds: true, decided: standing.decided }]
  if (!standing.blind) return outcomesOf(when.condition, withAbsent(when, standing), domains)
  return [true, false].map((holds) => ({ holds, decided: standing.decided }))
}

/** Options way by way, as the paths go: the first way with each option, then the second. */
function byOrder(
  left: readonly { readonly option: Option; readonly ways: readonly Way[] }[],
  entering: readonly Way[],
): readonly (readonly [Option, Way])[] {
  if (left.length === 1) return (left[0]?.ways ?? []).map((way) => [left[0]?.option ?? { is: 'unknown' }, way] as const)
  if (left.every(({ ways }) => ways.length === entering.length)) {
    return entering.flatMap((_, index) => left.flatMap(({ option, ways }) => (ways[index] ? [[option, ways[index]] as const] : [])))
  }
  return left.flatMap(({ option, ways }) => ways.map((way) => [option, way] as const))
}

/** What a step has not written because it was not taken on this way is not there. */
function withAbsent({ uses }: Extract<LinkedCondition, { readonly is: 'condition' }>, { wrote, decided }: Standing): Decisions {
  const absent = uses.facts.filter(({ step: writer, guarded }) => guarded && !wrote.includes(writer))
  if (absent.length === 0) return decided
  return new Map([...decided, ...absent.map(({ step: writer, fact }) => [`has(facts.${writer}.${fact})`, false] as const)])
}

function step(from: Way, option: Option): Way {
  if (option.is === 'unknown') return { ...from, standing: BLIND }
  const before = from.standing
  const named = option.definition.names === true && !before.namedBy && !before.blind ? { ...before, namedBy: option } : before
  const proof = proofOf(option, named)
  const proved = proof ? withProof(named, proof) : named
  const standing = proved.blind || Object.keys(option.writes).length === 0 ? proved : { ...proved, wrote: [...proved.wrote, option.id] }
  return {
    standing,
    length: from.length + 1,
    last: { step: option, proves: proof !== undefined, from },
    ...(from.over && { over: from.over }),
  }
}

/** A step that comes too early for its person is reported as such; that its proof is then missing is no second mistake. */
function proofOf(option: LinkedStep, { namedBy }: Standing): ProvingStep | undefined {
  if (!isProving(option)) return undefined
  return namedBy || needsPrincipal(option.definition) || option.definition.proves.class === 'vouched' ? option : undefined
}

/** The shortest of the ways that fit; of equally short ones the first. */
export function shortest(ways: readonly Way[], fits: (way: Way) => boolean): Way | undefined {
  return ways.filter(fits).reduce<Way | undefined>((best, way) => (best && best.length <= way.length ? best : way), undefined)
}

/** The steps of a way, in order. */
export function stepsOf(way: Way): readonly LinkedStep[] {
  const steps: LinkedStep[] = []
  for (let { last } = way; last; { last } = last.from) steps.push(last.step)
  return steps.toReversed()
}

/** The proofs of a way, in order. */
export function proofsOf(way: Way): readonly ProvingStep[] {
  const proofs: ProvingStep[] = []
  for (let { last } = way; last; { last } = last.from) {
    if (last.proves && isProving(last.step)) proofs.push(last.step)
  }
  return proofs.toReversed()
}

/** What conditions pass over on a way, in order. */
export function passedOver(way: Way): readonly string[] {
  const ids: string[] = []
  for (let { over } = way; over; { over } = over.from) ids.push(over.id)
  return ids.toReversed()
}

/** True for a step that cannot run before somebody is named. */
export function needsPrincipal(step: StepDefinition): boolean {
  return step.names !== true && (step.needs !== undefined || step.proves?.subject !== undefined || step.changes !== undefined)
}

/** A path as messages show it: `userQuery` -> `reset`. */
export function showPath(steps: readonly LinkedStep[]): string {
  const shown = steps.length > 8 ? [...steps.slice(0, 3), undefined, ...steps.slice(-4)] : steps
  return shown.map((one) => (one ? `\`${one.id}\`` : '…')).join(' -> ')
}

/** The path of a way to a step, and what is passed over on it. */
export function showWay(way: Way, to: LinkedStep): string {
  const path = showPath([...stepsOf(way), to])
  const over = passedOver(way)
  if (over.length === 0) return path
  const shown = over.slice(0, 3).map((id) => `\`${id}\``)
  return `${path} (passing over ${shown.join(', ')}${over.length > 3 ? ', …' : ''})`
}
