import type { Reporter } from '../diagnostics/reporter.js'
import type { Modifiers } from './flow-source.js'
import type { Entry, Named } from './node.js'
import { readStepId } from './read-id.js'
import { readTitle } from './read-title.js'
import { readInteger, readText } from './read-value.js'
import { readWhen } from './read-when.js'
import { MODIFIERS } from './words.js'

const MOST_ATTEMPTS = 100

/** Reads the modifiers of an item; one that is given twice has been reported as a doubled key. */
export function readModifiers(reporter: Reporter, entries: readonly Entry[]): Modifiers {
  const read = <T>(key: (typeof MODIFIERS)[number], how: (reporter: Reporter, entry: Entry) => T): T | undefined => {
    const entry = entries.find((candidate) => candidate.key === key)
    return entry && how(reporter, entry)
  }
  const [id, when, onFail, title] = [read('id', readStepId), read('when', readWhen), read('onFail', readJump), read('title', readTitle)]
  const attempts = read('attempts', (to, entry) => readInteger(to, entry, { from: 1, to: MOST_ATTEMPTS }))
  return {
    ...(id && { id }),
    ...(when && { when }),
    ...(attempts !== undefined && { attempts }),
    ...(onFail && { onFail }),
    ...(title !== undefined && { title }),
  }
}

/** True for a key that stands beside an item and says how it is run. */
export function isModifier(key: string): boolean {
  return MODIFIERS.some((modifier) => modifier === key)
}

function readJump(reporter: Reporter, entry: Entry): Named | undefined {
  return readText(reporter, entry, 'the id of an earlier step, `restart` or `end`')
}
