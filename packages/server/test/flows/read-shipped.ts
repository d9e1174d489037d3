import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { parse } from 'yaml'
import { readFlowFiles } from '../../src/config/flow-files.js'
import type { Flow, Item, Step } from '../../../core/test/oracle/flow.js'
import { ROOT } from './run-tests.js'

/** A flow that ships, as the oracle thinks of it. */
export interface Shipped {
  readonly path: string
  readonly flow: Flow
}

/** The flows that ship. One with a fragment is left out: where its steps stand is another file. */
export async function readShipped(): Promise<readonly Shipped[]> {
  const files = await readFlowFiles(join(ROOT, 'flows'), ROOT)
  return files.flatMap(({ path, text }) => {
    const root: Json = parse(text)
    if (!isJsonObject(root) || !Array.isArray(root['steps'])) return []
    const steps: readonly Json[] = root['steps']
    if (steps.some((item) => isJsonObject(item) && 'include' in item)) return []
    return [{ path, flow: { require: requiredIn(root), items: steps.map(readItem) } }]
  })
}

function requiredIn({ require }: JsonObject): Flow['require'] {
  if (require === 'vouched') return 'vouched'
  const { factors, distinctChannels } = require !== undefined && isJsonObject(require) ? require : {}
  return { factors: typeof factors === 'number' ? factors : 1, distinctChannels: distinctChannels !== false }
}

const MODIFIERS = ['id', 'when', 'attempts', 'onFail', 'title', 'with']

function readItem(item: Json): Item {
  const map: JsonObject = isJsonObject(item) ? item : { [typeof item === 'string' ? item : '']: null }
  const [type = ''] = Object.keys(map).filter((key) => !MODIFIERS.includes(key))
  const inside = map[type]
  const { id, when, onFail } = map
  const beside = {
    // An id that is never written out is no word of CEL.
    id: typeof id === 'string' ? id : type === 'choose' ? 'pick' : type,
    ...(typeof when === 'string' && { when: { ask: 'text' as const, text: when } }),
    ...(typeof onFail === 'string' && { onFail: onFail === 'choose' ? 'pick' : onFail }),
  }
  if (type === 'choose' && Array.isArray(inside)) return { is: 'choose', ...beside, options: inside.map(readItem).filter(isStep) }
  return { is: 'step', type, ...beside, ...(inside !== undefined && isJsonObject(inside) && { settings: inside }) }
}

function isStep(item: Item): item is Step {
  return item.is === 'step'
}
