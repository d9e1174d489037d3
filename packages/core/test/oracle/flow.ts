import type { Required } from '../../src/index.js'
import { placed, type Question } from './question.js'
import type { Rule } from './rules.js'

/** A flow as the oracle thinks of it. */
export interface Flow {
  readonly require: Required
  readonly unknownAccount?: 'hide' | 'reveal'
  readonly items: readonly Item[]
}

export type Item = Step | Choice | Include

interface Beside {
  readonly id: string
  readonly when?: Question
}

export interface Step extends Beside {
  readonly is: 'step'
  readonly type: string
  readonly settings?: object
  readonly onFail?: string
}

export interface Choice extends Beside {
  readonly is: 'choose'
  readonly options: readonly Step[]
  readonly onFail?: string
}

/** A fragment in its place: the items are its own, under ids of their own. */
export interface Include extends Beside {
  readonly is: 'include'
  readonly file: string
  readonly with: Readonly<Record<string, string>>
  readonly items: readonly (Step | Choice)[]
}

/** A step in the flow that comes of putting every fragment in. */
export interface Stop {
  readonly id: string
  readonly rule: Rule
  readonly asked?: Asked
  /** Index of the station to which a failure leads back. */
  readonly to?: number
  /** Whether `to` is its own, and not that of its choice. */
  readonly ownJump: boolean
}

/** A condition, and where it is written: `<file>#<id there>`. */
export interface Asked {
  readonly question: Question
  readonly place: string
}

/** A choice, or a step, which is then its only option; the condition is that of the station. */
export interface Station {
  readonly id: string
  readonly isChoice: boolean
  readonly asked?: Asked
  readonly options: readonly Stop[]
  readonly to?: number
}

/** A flow without includes, with every jump led to its station; and those that lead nowhere. */
export interface Laid {
  readonly stations: readonly Station[]
  /** Where they are written. */
  readonly badJumps: readonly string[]
}

interface Place {
  readonly file: string
  readonly prefix: string
  readonly inputs: Readonly<Record<string, string>>
  /** The condition of the include around it. */
  readonly around: readonly Asked[]
}

interface Loose {
  readonly item: Step | Choice
  readonly place: Place
  readonly asked: Asked | undefined
}

/** Lays a flow out station by station. */
export function layOut({ items }: Flow, ruleOf: (step: Step) => Rule): Laid {
  const loose = items.flatMap((item) => loosen(item))
  const ids = loose.map(({ item, place }) => place.prefix + item.id)
  const callers = loose.map(({ item }) => item.is === 'step' && ruleOf(item).caller)
  const badJumps: string[] = []
  const target = ({ onFail, id }: Step | Choice, { prefix, file }: Place, before: number): number | undefined => {
    if (onFail === undefined || onFail === 'end') return undefined
    const to = onFail === 'restart' ? callers.indexOf(false) : ids.indexOf(prefix + onFail)
    if (to !== -1 && to < before && !callers[to]) return to
    badJumps.push(`${file}#${id}`)
    return undefined
  }
  const stations = loose.map(({ item, place, asked }, at): Station => {
    // Back to the choice itself is for its options.
    const forAll = target(item, place, item.is === 'choose' ? at + 1 : at)
    const to = forAll === at ? undefined : forAll
    const own = { id: place.prefix + item.id, isChoice: item.is === 'choose', ...(asked && { asked }), ...(to !== undefined && { to }) }
    if (item.is === 'step')
      return { ...own, options: [{ id: own.id, rule: ruleOf(item), ownJump: to !== undefined, ...(to !== undefined && { to }) }] }
    const options = item.options.flatMap((option): readonly Stop[] => {
      const when = conditionOf(option, { ...place, around: [] })
      if (when === false) return []
      // An option comes after its choice, so that it may lead back to it.
      const back = option.onFail === undefined ? forAll : target(option, place, at + 1)
      return [
        {
          id: place.prefix + option.id,
          rule: ruleOf(option),
          ownJump: option.onFail !== undefined && back !== undefined,
          ...(when !== true && { asked: when }),
          ...(back !== undefined && { to: back }),
        },
      ]
    })
    return { ...own, options }
  })
  return { stations, badJumps: [...new Set(badJumps)] }
}

const MAIN: Place = { file: 'flow.yaml', prefix: '', inputs: {}, around: [] }

function loosen(item: Item): readonly Loose[] {
  if (item.is !== 'include') return atPlace(item, MAIN)
  const around = item.when ? [{ question: item.when, place: `flow.yaml#${item.id}` }] : []
  const place: Place = { file: item.file, prefix: `${item.id}.`, inputs: item.with, around }
  return item.items.flatMap((inner) => atPlace(inner, place))
}

function atPlace(item: Step | Choice, place: Place): readonly Loose[] {
  const asked = conditionOf(item, place)
  if (asked === false) return []
  if (item.is === 'choose' && item.options.every((option) => conditionOf(option, { ...place, around: [] }) === false)) return []
  return [{ item, place, asked: asked === true ? undefined : asked }]
}

/** The condition of an item with that of its include before it; a truth where there is none, or inputs have decided. */
function conditionOf({ id, when }: Beside, { file, prefix, inputs, around }: Place): Asked | boolean {
  const own = when === undefined ? true : placed(when, inputs, prefix)
  if (own === false) return false
  const all: readonly Asked[] = own === true ? around : [...around, { question: own, place: `${file}#${id}` }]
  const last = all.at(-1)
  if (!last) return true
  return all.length === 1 ? last : { question: { ask: 'all', of: all.map(({ question }) => question) }, place: last.place }
}
