import type { Asked, Laid, Station, Stop } from './flow.js'
import { asksPrincipal, holds, type World } from './question.js'
import { worldsOf } from './worlds.js'

/** One way through a flow up to some place: what was taken and passed over, and every world in which it goes so. */
export interface Path {
  readonly steps: readonly { readonly stop: Stop; readonly at: number }[]
  readonly over: readonly string[]
  readonly worlds: readonly World[]
}

/** The step, option or choice that has a condition. */
interface Asking {
  readonly id: string
  /** Whether the person sees if it is there. */
  readonly asks: boolean
  /** Absent for a choice. */
  readonly to?: Stop
}

/** A condition, and the paths on which it was asked. */
export interface AskedPoint {
  readonly item: Asking
  readonly asked: Asked
  readonly aboutPerson: boolean
  readonly at: number
  readonly paths: Path[]
  held: boolean
  failed: boolean
}

/** A step, and the paths that enter it. */
export interface Entry {
  readonly stop: Stop
  readonly station: Station
  readonly at: number
  readonly paths: Path[]
}

/** A choice, and the paths that come to it and do not pass it over. */
export interface Picking {
  readonly station: Station
  readonly at: number
  readonly paths: Path[]
}

export interface Walked {
  readonly entries: readonly Entry[]
  readonly questions: readonly AskedPoint[]
  readonly choices: readonly Picking[]
  readonly worlds: readonly World[]
}

/** Goes every way there is, one after the other: every world, every pick, and every failure of a step that leads back, once each. */
export function walk({ stations }: Laid): Walked {
  const worlds = worldsOf(
    stations.flatMap(({ asked, options }) => [asked, ...options.map((option) => option.asked)].flatMap((one) => one?.question ?? [])),
  )
  const walker = new Walker(stations, worlds)
  walker.arrive(0, { path: { steps: [], over: [], worlds }, kept: new Map(), failed: [] })
  return walker
}

interface Standing {
  readonly path: Path
  /** What was so on first arriving at a station, by its index. */
  readonly kept: ReadonlyMap<number, Path>
  /** Steps that have failed once. */
  readonly failed: readonly string[]
}

class Walker implements Walked {
  readonly entries: readonly Entry[]
  readonly questions: readonly AskedPoint[]
  readonly choices: readonly Picking[]
  readonly #seen = new Set<string>()

  constructor(
    private readonly stations: readonly Station[],
    readonly worlds: readonly World[],
  ) {
    this.entries = stations.flatMap((station, at) => station.options.map((stop) => ({ stop, station, at, paths: [] })))
    this.choices = stations.flatMap((station, at) => (station.options.length > 1 ? [{ station, at, paths: [] }] : []))
    const questionOf = (item: Asking, asked: Asked | undefined, at: number): readonly AskedPoint[] =>
      asked ? [{ item, asked, aboutPerson: asksPrincipal(asked.question), at, paths: [], held: false, failed: false }] : []
    this.questions = stations.flatMap(({ id, isChoice, asked, options }, at) => [
      ...(isChoice ? questionOf({ id, asks: true }, asked, at) : []),
      ...options.flatMap((option) =>
        questionOf({ id: option.id, asks: option.rule.asks, to: option }, isChoice ? option.asked : asked, at),
      ),
    ])
  }

  arrive(at: number, { path, kept: before, failed }: Standing): void {
    const station = this.stations[at]
    if (!station || path.worlds.length === 0 || !this.#isNew('arrive', at, path, failed)) return
    const isFirst = this.#isNew('ask', at, path, [])
    const kept = before.has(at) ? before : new Map([...before, [at, path]])
    const [inside, outside] = station.asked ? this.#ask(station.id, station.asked, path, isFirst) : [path.worlds, []]
    this.arrive(at + 1, { path: { ...path, over: [...path.over, station.id], worlds: outside }, kept, failed })
    if (inside.length === 0) return
    const entering = { ...path, worlds: inside }
    if (isFirst) this.choices.find((one) => one.at === at)?.paths.push(entering)
    const offered = station.options.map((stop) => ({
      stop,
      left: stop.asked ? this.#ask(stop.id, stop.asked, entering, isFirst)[0] : inside,
    }))
    for (const { stop, left } of offered) {
      if (left.length > 0) this.#enter(stop, at, { path: { ...path, worlds: left }, kept, failed }, isFirst)
    }
    const lost = inside.filter((world) => offered.every(({ left }) => !left.includes(world)))
    if (lost.length === 0) return
    const [only, ...others] = station.options
    if (only && others.length === 0) {
      // A choice of one is that step: it is passed over like any other.
      this.arrive(at + 1, { path: { ...path, over: [...path.over, only.id], worlds: lost }, kept, failed })
      return
    }
    this.#fail(station, { path, kept, failed })
  }

  #enter(stop: Stop, at: number, standing: Standing, isFirst: boolean): void {
    const { path, kept, failed } = standing
    if (isFirst) this.entries.find((one) => one.stop === stop)?.paths.push(path)
    this.arrive(at + 1, { path: { ...path, steps: [...path.steps, { stop, at }] }, kept, failed })
    this.#fail(stop, standing)
  }

  /** Back to an earlier station: everything is again as it was on first arriving there. */
  #fail({ id, to }: Stop | Station, { kept, failed }: Standing): void {
    const path = to === undefined ? undefined : kept.get(to)
    if (to === undefined || !path || failed.includes(id)) return
    this.arrive(to, { path, kept: new Map([...kept].filter(([at]) => at <= to)), failed: [...failed, id] })
  }

  /** The worlds of a path in which a condition holds, and those in which it does not. */
  #ask(id: string, asked: Asked, path: Path, isFirst: boolean): readonly [readonly World[], readonly World[]] {
    const taken = new Set(path.steps.map(({ stop }) => stop.id))
    const inside = path.worlds.filter((world) => holds(asked.question, world, (step) => taken.has(step)))
    const outside = path.worlds.filter((world) => !inside.includes(world))
    const question = this.questions.find(({ item }) => item.id === id)
    if (isFirst && question) {
      question.paths.push(path)
      question.held ||= inside.length > 0
      question.failed ||= outside.length > 0
    }
    return [inside, outside]
  }

  #isNew(what: string, at: number, { steps, over }: Path, failed: readonly string[]): boolean {
    const key = [what, at, ...steps.map(({ stop }) => stop.id), '-', ...over, '-', ...failed.toSorted()].join(' ')
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }
}
