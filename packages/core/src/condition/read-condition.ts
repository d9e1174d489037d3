import type { Condition } from '../machine/condition.js'
import { atomsOf } from '../machine/condition.js'
import type { Properties } from '../step/schema.js'
import { parseCel } from './cel.js'
import { guarded } from './guard.js'
import { start } from './reading.js'
import { readQuestion } from './read-question.js'
import { spelled } from './spelling.js'
import { syntaxWords } from './syntax-words.js'
import { waysOf } from './tree.js'

/** What a condition may name at its place in a flow. */
export interface ConditionScope {
  /** `PRINCIPAL_PROFILE` and the attributes that the configuration declares. */
  readonly principal: Properties
  /** Facts of the steps in one namespace, by the path behind `facts.`, with the absolute step id. */
  readonly facts: ReadonlyMap<string, { readonly step: string; readonly writes: Properties }>
  /** Values, which are folded into the condition. */
  readonly inputs: ReadonlyMap<string, string | number | boolean | readonly string[]>
}

/** What a condition names, for the checks of paths. */
export interface ConditionUses {
  /** Attributes, each once. */
  readonly principal: readonly string[]
  /** Every place that names a fact, in the order of the text; `guarded` where `has` has asked for it, or is asking. */
  readonly facts: readonly {
    readonly step: string
    readonly fact: string
    readonly guarded: boolean
    readonly start: number
    readonly end: number
  }[]
}

/** Why a text is no condition; offsets are UTF-16 units of the text. */
export interface ConditionFault {
  readonly code: 'bad-condition' | 'condition-type' | 'condition-not-allowed' | 'unguarded-attribute'
  readonly start: number
  readonly end: number
  readonly message: string
  readonly label?: string
  readonly help?: string
  /** What the whole condition was surely meant to be. */
  readonly replacement?: string
}

export type ReadCondition =
  | { readonly is: 'condition'; readonly condition: Condition; readonly uses: ConditionUses }
  | { readonly is: 'faulty'; readonly faults: readonly ConditionFault[] }

/** Longest text of a condition. */
const MAX_LENGTH = 1000
/** Ways in which one condition may come out: each is a path that the compiler walks. */
const MAX_WAYS = 256
/** Longest text of all atoms together, inputs written out. */
const MAX_ATOMS_LENGTH = 20_000

/**
 * Reads a condition: what it says becomes a tree over atoms in canonical spelling, what it may not say becomes faults.
 * Pure, and total over all texts.
 */
export function readCondition(text: string, scope: ConditionScope): ReadCondition {
  const result = read(text, scope)
  if (result.is === 'condition') return result
  const reread = (repair: string): ReadCondition => read(repair, scope)
  return { is: 'faulty', faults: result.faults.map((each) => repaired(each, text, reread)) }
}

function read(text: string, scope: ConditionScope): ReadCondition {
  const problem = unreadable(text)
  if (problem !== undefined) return faulty({ code: 'bad-condition', start: 0, end: text.length, ...problem })
  const parsed = parseCel(text)
  if (parsed.is === 'unparsed') {
    // The end of the text is shown by what stands before it.
    const from = Math.min(parsed.start, text.trimEnd().length - 1)
    return faulty({
      code: 'bad-condition',
      start: from,
      end: Math.min(Math.max(parsed.end, from + 1), text.length),
      message: syntaxWords(parsed.reason),
    })
  }
  const reading = start(text, scope)
  const question = readQuestion(parsed.node, reading, { known: new Set(), elements: new Map() })
  if (question === undefined || reading.faults.length > 0) {
    return { is: 'faulty', faults: reading.faults.toSorted((a, b) => a.start - b.start || a.end - b.end) }
  }
  const { condition } = question
  const { holds, fails } = waysOf(condition)
  const length = atomsOf(condition).reduce((sum, atom) => sum + atom.length, 0)
  if (holds + fails > MAX_WAYS || length > MAX_ATOMS_LENGTH) {
    return faulty({
      code: 'condition-not-allowed',
      start: 0,
      end: text.length,
      message: 'this condition comes out in too many ways to follow them all',
      help: 'ask less at once: use `in` for several values of one thing, or let a step write the fact',
    })
  }
  const facts = [...reading.facts.values()].toSorted((a, b) => a.start - b.start)
  return { is: 'condition', condition, uses: { principal: [...reading.principal], facts } }
}

function unreadable(text: string): { readonly message: string; readonly help?: string } | undefined {
  if (text.trim() === '') return { message: 'this condition is empty', help: 'leave `when` away for a step that is always entered' }
  if (text.length > MAX_LENGTH)
    return { message: `this condition is longer than ${MAX_LENGTH} characters`, help: 'let a step write what it asks as a fact' }
  // Half of a surrogate pair has no spelling in CEL.
  if (/[\uD800-\uDFFF]/u.test(text)) return { message: 'this condition holds half of a character' }
  return undefined
}

/** A fault with its repair, where the repaired text is a condition without any. */
function repaired(fault: ConditionFault, text: string, reread: (text: string) => ReadCondition): ConditionFault {
  if (fault.code === 'unguarded-attribute') {
    const replacement = guarded(text, reread)
    return replacement === undefined ? fault : { ...fault, replacement }
  }
  const isWord = fault.code === 'condition-not-allowed' && /^(?:and|or|not)\b/i.test(text.slice(fault.start, fault.end))
  const repair = fault.code === 'bad-condition' || isWord ? spelled(text) : undefined
  if (repair === undefined) return fault
  const { start: from, end } = fault
  const as = { code: 'bad-condition', start: from, end, message: repair.message } as const
  if (reread(repair.text).is !== 'condition') return { ...as, help: repair.rule }
  return { ...as, help: `${repair.rule}: \`${repair.text}\``, replacement: repair.text }
}

function faulty(fault: ConditionFault): ReadCondition {
  return { is: 'faulty', faults: [fault] }
}
