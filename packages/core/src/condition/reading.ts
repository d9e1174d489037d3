import type { Schema } from '../step/schema.js'
import type { CelNode } from './cel.js'
import type { Literal } from './literal.js'
import { together } from './shown.js'
import type { Shown } from './shown.js'
import type { ConditionFault, ConditionScope, ConditionUses } from './read-condition.js'

/** One condition while it is read: what it may name, and what was found. */
export interface Reading {
  readonly text: string
  readonly scope: ConditionScope
  readonly faults: ConditionFault[]
  readonly principal: Set<string>
  readonly facts: Map<number, ConditionUses['facts'][number]>
}

/** What holds at one place of a condition. */
export interface Place {
  /** Members that `has` has shown to be there, in canonical spelling; absent behind a fault, where nothing more is said of guards. */
  readonly known?: Shown
  /** Names of elements: of a list that is looked at in `exists`, or the value itself where the list is written out. */
  readonly elements: ReadonlyMap<string, Element>
  /** How many times this place is read, for the elements of all lists around it that are written out; once when absent. */
  readonly times?: number
}

export type Element = { readonly is: 'open'; readonly schema: Schema } | { readonly is: 'value'; readonly value: Literal }

export function start(text: string, scope: ConditionScope): Reading {
  return { text, scope, faults: [], principal: new Set(), facts: new Map() }
}

/** The place behind a test: with what the test has shown. */
export function behind(place: Place, shown: Shown | undefined): Place {
  const { known: _forgotten, ...rest } = place
  if (place.known === undefined || shown === undefined) return rest
  return { ...place, known: together(place.known, shown) }
}

type Words = Omit<ConditionFault, 'code' | 'start' | 'end'>

/** Notes a fault, once: a list that is written out has its body read for each element. */
export function fault(
  reading: Reading,
  code: ConditionFault['code'],
  at: { readonly start: number; readonly end: number },
  words: Words,
): undefined {
  const { start: from, end: to } = at
  const isNoted = reading.faults.some((each) => each.start === from && each.end === to && each.message === words.message)
  if (!isNoted) reading.faults.push({ code, start: from, end: to, ...words })
  return undefined
}

/** A part of the text as it was written, for messages; long ones are cut. */
export function quoted(reading: Reading, node: CelNode): string {
  const text = reading.text.slice(node.start, node.end)
  return `\`${text.length > 40 ? `${text.slice(0, 37)}...` : text}\``
}
