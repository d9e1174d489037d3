import { Environment } from '@marcbachmann/cel-js'

/** A condition as the oracle thinks of it. It is printed as CEL in many spellings, and asked here without reading any. */
export type Question =
  | { readonly ask: 'has'; readonly of: Optional }
  /** Somebody without the attribute has none that begins or ends with anything. */
  | { readonly ask: 'part'; readonly of: Optional; readonly where: 'startsWith' | 'endsWith'; readonly text: string }
  | { readonly ask: 'locale' | 'state'; readonly among: readonly string[] }
  | { readonly ask: 'holds'; readonly list: 'groups' | 'factors'; readonly value: string }
  | { readonly ask: 'size'; readonly list: 'groups' | 'kba'; readonly is: 'least' | 'exactly'; readonly size: number }
  | { readonly ask: 'written'; readonly step: string; readonly fact: string }
  | { readonly ask: 'fact'; readonly step: string; readonly fact: string; readonly guarded: boolean; readonly is: FactTest }
  /** Of a fragment: known where it is included. */
  | { readonly ask: 'input'; readonly name: string; readonly value: string }
  /** A condition of a file as it is written there; asked of the library alone. */
  | { readonly ask: 'text'; readonly text: string }
  | { readonly ask: 'not'; readonly of: Question }
  | { readonly ask: 'all' | 'any'; readonly of: readonly Question[] }

export type Optional = 'mail' | 'phone' | 'locale'
export type FactTest = { readonly among: readonly string[] } | { readonly least: number }
export type FactValue = string | number | undefined

/** Somebody, and what the steps of a flow would write for them. */
export interface World {
  readonly mail?: string | undefined
  readonly phone?: string | undefined
  readonly locale?: string | undefined
  readonly state: string
  readonly groups: readonly string[]
  readonly factors: readonly string[]
  readonly kba: number
  /** By `<step id>.<fact>`; not there when the step does not write it. */
  readonly facts: ReadonlyMap<string, FactValue>
}

/** Asks a question of a world. `wrote` tells whether a step was taken; what others would write cannot be asked for with `has`. */
export function holds(question: Question, world: World, wrote: (step: string) => boolean): boolean {
  switch (question.ask) {
    case 'has':
      return world[question.of] !== undefined
    case 'part':
      return world[question.of]?.[question.where](question.text) === true
    case 'locale':
    case 'state':
      return question.among.some((one) => one === world[question.ask])
    case 'holds':
      return world[question.list].includes(question.value)
    case 'size': {
      const size = question.list === 'kba' ? world.kba : world.groups.length
      return question.is === 'least' ? size >= question.size : size === question.size
    }
    case 'written':
      return wrote(question.step) && valueOf(question, world) !== undefined
    case 'fact': {
      if (question.guarded && !wrote(question.step)) return false
      const value = valueOf(question, world)
      return 'least' in question.is ? Number(value ?? -1) >= question.is.least : question.is.among.some((one) => one === value)
    }
    case 'text':
      return ofLibrary(question.text, world)
    case 'not':
      return !holds(question.of, world, wrote)
    case 'all':
      return question.of.every((part) => holds(part, world, wrote))
    case 'any':
      return question.of.some((part) => holds(part, world, wrote))
    case 'input':
      throw new Error('inputs are put in before a flow is walked')
  }
}

function valueOf({ step, fact }: { readonly step: string; readonly fact: string }, { facts }: World): FactValue {
  return facts.get(`${step}.${fact}`)
}

const CEL = new Environment({ unlistedVariablesAreDyn: true })

function ofLibrary(text: string, { mail, phone, locale, state, groups, factors, kba }: World): boolean {
  const principal = { id: 'i', userName: 'u', state, groups, factors, kba: Array.from({ length: kba }, (_, at) => `q${at}`) }
  const given = Object.entries({ mail, phone, locale }).filter(([, value]) => value !== undefined)
  return CEL.evaluate(text, { principal: { ...principal, ...Object.fromEntries(given) } }) === true
}

/** Every question without parts that a question is made of, from left to right. */
export function leavesOf(question: Question): readonly Question[] {
  if (question.ask === 'not') return leavesOf(question.of)
  return question.ask === 'all' || question.ask === 'any' ? question.of.flatMap(leavesOf) : [question]
}

/** True where a question is about the person. */
export function asksPrincipal(question: Question): boolean {
  return leavesOf(question).some((leaf) =>
    leaf.ask === 'text' ? leaf.text.includes('principal.') : !['written', 'fact', 'input'].includes(leaf.ask),
  )
}

/** The facts a question asks for, and whether it asks first if they are there. */
export function factsIn(question: Question): readonly { readonly step: string; readonly fact: string; readonly guarded: boolean }[] {
  return leavesOf(question).flatMap((leaf) => {
    if (leaf.ask === 'written') return [{ step: leaf.step, fact: leaf.fact, guarded: true }]
    return leaf.ask === 'fact' ? [{ step: leaf.step, fact: leaf.fact, guarded: leaf.guarded }] : []
  })
}

/** The question with inputs put in and facts under the ids they have in the flow; a truth when inputs have decided it. */
export function placed(question: Question, inputs: Readonly<Record<string, string>>, prefix: string): Question | boolean {
  switch (question.ask) {
    case 'input':
      return inputs[question.name] === question.value
    case 'written':
    case 'fact':
      return { ...question, step: prefix + question.step }
    case 'not': {
      const of = placed(question.of, inputs, prefix)
      return typeof of === 'boolean' ? !of : { ask: 'not', of }
    }
    case 'all':
    case 'any': {
      const parts = question.of.map((part) => placed(part, inputs, prefix))
      const settles = question.ask === 'any'
      if (parts.includes(settles)) return settles
      const of = parts.filter((part) => typeof part !== 'boolean')
      return of.length === 0 ? !settles : { ask: question.ask, of }
    }
    case 'has':
    case 'part':
    case 'locale':
    case 'state':
    case 'holds':
    case 'size':
    case 'text':
      return question
  }
}
