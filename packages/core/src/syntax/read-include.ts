import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { ItemSource } from './flow-source.js'
import type { Entry } from './node.js'
import { readModifiers } from './read-modifiers.js'
import { readText } from './read-value.js'
import { INCLUDE_MODIFIERS } from './words.js'

/** A path of an include: relative, and of a flow file. */
const PATH = /^\.{1,2}\/(?:[^/\\]+\/)*[^/\\]+\.ya?ml$/

/**
 * Reads an include: the path of a fragment.
 * @param beside the other keys of the item.
 */
export function readInclude(reporter: Reporter, entry: Entry, beside: readonly Entry[]): ItemSource {
  const path = readText(reporter, entry, 'the path of a fragment')
  const own = beside.filter(({ key }) => isIncludeModifier(key))
  const { id, when } = readModifiers(reporter, own)
  if (!path) return { is: 'unreadable' }
  if (!PATH.test(path.text)) {
    const near = /^[\w-]+(?:\/[\w-]+)*(?:\.ya?ml)?$/.test(path.text)
      ? { help: `write \`./${path.text.replace(/\.ya?ml$/, '')}.yaml\`` }
      : {}
    reporter.report('bad-value', path.span, `${quote(path.text)} is no path of a flow file relative to this one`, near)
    return { is: 'unreadable' }
  }
  const given = own.find(({ key }) => key === 'with')?.value
  return {
    is: 'include',
    span: entry.keySpan,
    path,
    strays: beside.filter(({ key }) => !isIncludeModifier(key)),
    ...(given && { with: given }),
    ...(id && { id }),
    ...(when && { when }),
  }
}

function isIncludeModifier(key: string): boolean {
  return INCLUDE_MODIFIERS.some((modifier) => modifier === key)
}
