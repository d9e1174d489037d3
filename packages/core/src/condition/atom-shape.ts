import type { CelNode } from './cel.js'
import { partsOf, pathOf } from './nodes.js'

/** The name that the element of a list has inside `exists` in canonical conditions. */
export const ELEMENT = 'it'

/**
 * Whether an expression uses only what canonical atoms are written with. None of it runs over more than two lists of the data at once, so
 * that an atom from a machine of unknown origin can do no harm.
 */
export function isAtomShape(node: CelNode, inList = false): boolean {
  const path = pathOf(node)
  if (path !== undefined) return path.length > 1 ? isRoot(path[0], inList) : inList && path[0] === ELEMENT
  if (node.op === 'value') return typeof node.args !== 'object'
  if (node.op === '-_') return node.args.op === 'value' && (typeof node.args.args === 'bigint' || typeof node.args.args === 'number')
  if (node.op === 'call') return FUNCTIONS.has(node.args[0]) && node.args[1].length === 1 && everyPart(node, inList)
  if (node.op === 'rcall') return isMethod(node.args, inList)
  return OPERATORS.has(node.op) && everyPart(node, inList)
}

const FUNCTIONS: ReadonlySet<string> = new Set(['size', 'has'])

const OPERATORS: ReadonlySet<string> = new Set(['==', '>=', '>', 'in', 'list', '&&', '||', '!_'])

function everyPart(node: CelNode, inList: boolean): boolean {
  return partsOf(node).every((part) => isAtomShape(part, inList))
}

function isMethod([name, receiver, args]: readonly [string, CelNode, readonly CelNode[]], inList: boolean): boolean {
  switch (name) {
    case 'lowerAscii':
    case 'upperAscii':
      return args.length === 0 && isAtomShape(receiver, inList)
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return args.length === 1 && isAtomShape(receiver, inList) && args.every((arg) => isAtomShape(arg, inList))
    case 'exists':
    case 'exists_one': {
      const [element, body] = args
      const isElement = element?.op === 'id' && element.args === ELEMENT
      return !inList && isElement && body !== undefined && isAtomShape(receiver) && isAtomShape(body, true)
    }
    default:
      return false
  }
}

function isRoot(name: string | undefined, inList: boolean): boolean {
  return name === 'principal' || name === 'facts' || (inList && name === ELEMENT)
}
