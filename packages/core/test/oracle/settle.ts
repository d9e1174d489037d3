import type { Required } from '../../src/index.js'
import type { Choice, Flow, Item, Step } from './flow.js'
import type { Question } from './question.js'

export interface RoughStep {
  readonly is: 'step'
  readonly type: string
  readonly when: Question | undefined
  readonly onFail: Jump | undefined
}
export interface RoughChoice {
  readonly is: 'choose'
  readonly options: readonly RoughStep[]
  readonly when: Question | undefined
  readonly onFail: Jump | undefined
}
export interface RoughInclude {
  readonly is: 'include'
  readonly mode: string
  readonly when: Question | undefined
}
export type RoughItem = RoughStep | RoughChoice | RoughInclude
/** A number leads to some id of the file. */
export type Jump = 'restart' | 'end' | number

export interface Rough {
  readonly require: Required
  readonly unknownAccount: 'hide' | 'reveal'
  readonly opening: readonly RoughItem[]
  readonly middle: readonly RoughItem[]
  readonly end: readonly RoughItem[]
  readonly fragment: readonly (RoughStep | RoughChoice)[]
  readonly guards: readonly [target: boolean, level: boolean]
  readonly spelling: number
}

/** What the items of one file are called. */
interface Names {
  /** Of steps, choices and options: where a jump may want to go. */
  readonly ids: readonly string[]
  /** Of steps whose facts can be asked for. */
  readonly writers: readonly string[]
  readonly guards: Rough['guards']
}

/** Gives every item its id, and every fact and jump the one that it is about. */
export function settled({ require, unknownAccount, opening, middle, end, fragment, guards }: Rough): Flow {
  const inside: Names = { ids: idsOf(fragment, 'f'), writers: writersOf(fragment, 'f'), guards }
  const parts = fragment.map((item, at) => (item.is === 'step' ? step(item, `f${at}`, inside) : choice(item, `f${at}`, inside)))
  const rough = [...opening, ...middle, ...end]
  const writers = rough.flatMap((item, at) =>
    item.is === 'include' ? inside.writers.map((id) => `s${at}.${id}`) : writersOf([item], 's', at),
  )
  const names: Names = { ids: idsOf(rough, 's'), writers, guards }
  const items = rough.map((item, at): Item => {
    const id = `s${at}`
    if (item.is === 'step') return step(item, id, names)
    if (item.is === 'choose') return choice(item, id, names)
    const when = item.when && !parts.some(judgesCaller) ? { when: question(item.when, names) } : {}
    return { is: 'include', id, file: 'part.yaml', with: { mode: item.mode }, items: parts, ...when }
  })
  return { require, unknownAccount, items }
}

function step(rough: RoughStep, id: string, names: Names): Step {
  return { is: 'step', id, type: rough.type, ...beside(rough, names) }
}

function choice(rough: RoughChoice, id: string, names: Names): Choice {
  return { is: 'choose', id, options: rough.options.map((option, at) => step(option, optionId(id, at), names)), ...beside(rough, names) }
}

function beside(rough: RoughStep | RoughChoice, names: Names): Pick<Step, 'when' | 'onFail'> {
  const onFail = typeof rough.onFail === 'number' ? names.ids[rough.onFail % names.ids.length] : rough.onFail
  return { ...(rough.when && !judgesCaller(rough) && { when: question(rough.when, names) }), ...(onFail !== undefined && { onFail }) }
}

/** Whoever judges the caller does it every time: a condition on it is another mistake. */
function judgesCaller(item: RoughStep | RoughChoice | Step | Choice): boolean {
  return item.is === 'step' && ['signedIn', 'trustedCaller'].includes(item.type)
}

function question(of: Question, names: Names): Question {
  switch (of.ask) {
    case 'written':
    case 'fact': {
      const asked = names.writers[Number(of.step) % names.writers.length]
      if (asked === undefined) return { ask: 'has', of: 'phone' }
      // A fact is asked for in one way throughout a flow: always with `has`, or never.
      const guarded = of.fact === 'hint' || names.guards[of.fact === 'target' ? 0 : 1]
      if (of.ask === 'fact') return { ...of, step: asked, guarded }
      if (guarded) return { ...of, step: asked }
      return { ask: 'fact', step: asked, fact: of.fact, guarded, is: of.fact === 'level' ? { least: 2 } : { among: ['web'] } }
    }
    case 'not':
      return { ask: 'not', of: question(of.of, names) }
    case 'all':
    case 'any':
      return { ask: of.ask, of: of.of.map((part) => question(part, names)) }
    case 'has':
    case 'part':
    case 'locale':
    case 'state':
    case 'holds':
    case 'size':
    case 'text':
    case 'input':
      return of
  }
}

function optionId(id: string, at: number): string {
  return `${id}${'abc'[at]}`
}

function idsOf(items: readonly RoughItem[], letter: string): readonly string[] {
  return items.flatMap((item, at) => {
    const id = `${letter}${at}`
    if (item.is === 'include') return []
    return item.is === 'choose' ? [id, ...item.options.map((_, index) => optionId(id, index))] : [id]
  })
}

const WRITERS = ['parameters', 'classify', 'profile']

function writersOf(items: readonly (RoughStep | RoughChoice)[], letter: string, from = 0): readonly string[] {
  return items.flatMap((item, at) => {
    const id = `${letter}${from + at}`
    if (item.is === 'step') return WRITERS.includes(item.type) ? [id] : []
    return item.options.flatMap(({ type }, index) => (WRITERS.includes(type) ? [optionId(id, index)] : []))
  })
}
