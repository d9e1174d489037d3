import type { Modifiers } from '../syntax/flow-source.js'
import type { LinkedStep } from './linked-flow.js'
import type { Namespace, Written } from './namespace.js'

/** What a step and a choice take over from their item. */
export function modifiersOf(modifiers: Modifiers, namespace: Namespace): Pick<LinkedStep, 'title' | 'written' | 'includedAt'> {
  const { title, when, onFail } = modifiers
  const written: Written = {
    whens: when ? [...namespace.whens, { source: when, namespace }] : namespace.whens,
    ...(onFail && { onFail: { name: onFail, namespace } }),
  }
  return { written, ...(title !== undefined && { title }), ...(namespace.includedAt && { includedAt: namespace.includedAt }) }
}
