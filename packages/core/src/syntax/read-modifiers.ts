import type { Reporter } from '../diagnostics/reporter.js'
import type { StepItem } from './flow-source.js'
import type { Entry } from './node.js'
import { readStepId } from './read-id.js'
import { readTitle } from './read-title.js'
import { readInteger } from './read-value.js'
import { LATER_MODIFIERS, MODIFIERS } from './words.js'

const MOST_ATTEMPTS = 100

/** Reads the modifiers of a step; one that is given twice has been reported as a doubled key. */
export function readModifiers(reporter: Reporter, entries: readonly Entry[]): Pick<StepItem, 'id' | 'attempts' | 'title'> {
  const of = (key: (typeof MODIFIERS)[number]) => entries.find((entry) => entry.key === key)
  const [idEntry, attemptsEntry, titleEntry] = [of('id'), of('attempts'), of('title')]
  const id = idEntry && readStepId(reporter, idEntry)
  const attempts = attemptsEntry && readInteger(reporter, attemptsEntry, { from: 1, to: MOST_ATTEMPTS })
  const title = titleEntry && readTitle(reporter, titleEntry)
  return { ...(id && { id }), ...(attempts !== undefined && { attempts }), ...(title !== undefined && { title }) }
}

/** True for a key that stands beside a step and says how it is run. */
export function isModifier(key: string): boolean {
  return MODIFIERS.some((modifier) => modifier === key) || LATER_MODIFIERS.includes(key)
}
