import type { Modifiers } from '../syntax/flow-source.js'
import type { LinkedStep } from './linked-flow.js'
import type { Namespace, Written } from './namespace.js'

/** What a step and a choice take over from their item. */
export function modifiersOf(modifiers: Modifiers, namespace: Namespace): Pick<LinkedStep, 'title' | 'written' | 'includedAt'> {
  const { title } = modifiers
  return {
    written: writtenOf(modifiers, namespace),
    ...(title !== undefined && { title }),
    ...(namespace.includedAt && { includedAt: namespace.includedAt }),
  }
}

/** The modifiers that wait for the phase that knows all ids. */
export function writtenOf({ when, onFail }: Modifiers, namespace: Namespace): Written {
  const whens = when ? [...namespace.whens, { source: when, namespace }] : namespace.whens
  return onFail ? { whens, onFail: { name: onFail, namespace } } : { whens }
}
