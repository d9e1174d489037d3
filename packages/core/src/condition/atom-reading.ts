import { parseCel } from './cel.js'
import type { CelNode } from './cel.js'
import { literalText } from './literal.js'
import type { Literal } from './literal.js'
import { partsOf, pathOf } from './nodes.js'

/** What an atom says about one value, as far as its answers can be weighed against those of others. */
export interface AtomReading {
  /** Members that must be there for the atom to have an answer. */
  readonly needs: readonly string[]
  readonly says: Says
}

export type Says =
  /** `has(of)` */
  | { readonly is: 'has'; readonly of: string }
  /** `of == literal`, `of in [literals]` */
  | { readonly is: 'one-of'; readonly of: string; readonly values: readonly Literal[] }
  /** `of >= than`, `of > than` */
  | { readonly is: 'at-least'; readonly of: string; readonly than: bigint | number; readonly strictly: boolean }
  /** `value in of`: the list holds it */
  | { readonly is: 'holds'; readonly of: string; readonly value: string }
  /** `of.exists(...)`: the list holds something */
  | { readonly is: 'exists'; readonly of: string }
  | { readonly is: 'other' }

/** Atoms read before; conditions of one catalog repeat themselves. */
const READ = new Map<string, AtomReading>()
const MOST_READ = 4096

/** Reads an atom of a `Condition` back. */
export function readAtom(text: string): AtomReading {
  const known = READ.get(text)
  if (known !== undefined) return known
  const parsed = parseCel(text)
  const reading: AtomReading =
    parsed.is === 'parsed' ? { needs: needsOf(parsed.node), says: saysOf(parsed.node) } : { needs: [], says: { is: 'other' } }
  if (READ.size >= MOST_READ) READ.clear()
  READ.set(text, reading)
  return reading
}

function saysOf(node: CelNode): Says {
  if (node.op === 'call') {
    const path = pathOf(node.args[1][0] ?? node)
    return node.args[0] === 'has' && path !== undefined ? { is: 'has', of: path.join('.') } : { is: 'other' }
  }
  if (node.op === '==') return equalOf(node.args)
  if (node.op === 'in') return memberOf(node.args)
  if (node.op === '>=' || node.op === '>') {
    const of = valueText(node.args[0])
    const than = literalOf(node.args[1])
    if (of === undefined || (typeof than !== 'bigint' && typeof than !== 'number')) return { is: 'other' }
    return { is: 'at-least', of, than, strictly: node.op === '>' }
  }
  if (node.op !== 'rcall') return { is: 'other' }
  const path = pathOf(node.args[1])
  return path !== undefined && (node.args[0] === 'exists' || node.args[0] === 'exists_one')
    ? { is: 'exists', of: path.join('.') }
    : { is: 'other' }
}

function equalOf([left, right]: readonly [CelNode, CelNode]): Says {
  const of = valueText(left)
  const value = literalOf(right)
  return of === undefined || value === undefined ? { is: 'other' } : { is: 'one-of', of, values: [value] }
}

function memberOf([left, right]: readonly [CelNode, CelNode]): Says {
  const list = pathOf(right)
  const value = literalOf(left)
  if (list !== undefined && value !== undefined) return { is: 'holds', of: list.join('.'), value: literalText(value) }
  const of = valueText(left)
  if (of === undefined || right.op !== 'list') return { is: 'other' }
  const values = right.args.map(literalOf)
  return values.every((each) => each !== undefined) ? { is: 'one-of', of, values } : { is: 'other' }
}

/** The canonical text of a value that depends on something: a member, a size, a text in small letters. */
function valueText(node: CelNode): string | undefined {
  const path = pathOf(node)
  if (path !== undefined) return path.join('.')
  if (node.op === 'call' && node.args[0] === 'size') {
    const inner = node.args[1][0] === undefined ? undefined : valueText(node.args[1][0])
    return inner === undefined ? undefined : `size(${inner})`
  }
  if (node.op !== 'rcall' || node.args[2].length > 0) return undefined
  const inner = valueText(node.args[1])
  return inner === undefined ? undefined : `${inner}.${node.args[0]}()`
}

function literalOf(node: CelNode): Literal | undefined {
  if (node.op === '-_') {
    const inner = literalOf(node.args)
    return typeof inner === 'bigint' ? -inner : typeof inner === 'number' ? -inner : undefined
  }
  if (node.op !== 'value') return undefined
  const { args } = node
  return typeof args === 'object' ? undefined : args
}

/** Paths that are read; what `has` asks for needs only its parents, which are asked for themselves. */
function needsOf(node: CelNode): readonly string[] {
  const path = pathOf(node)
  if (path !== undefined) return [path.join('.')]
  if (node.op === 'call' && node.args[0] === 'has') return []
  return partsOf(node).flatMap(needsOf)
}
