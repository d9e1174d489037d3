import type { CelNode } from './cel.js'

/** The names of a chain of members from its root (`principal.mail`); undefined for anything else. */
export function pathOf(node: CelNode): readonly string[] | undefined {
  const names: string[] = []
  let each = node
  while (each.op === '.') {
    names.unshift(each.args[1])
    each = each.args[0]
  }
  return each.op === 'id' ? [each.args, ...names] : undefined
}

/** The nodes directly inside a node. */
export function partsOf(node: CelNode): readonly CelNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case '!_':
    case '-_':
      return [node.args]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '&&':
    case '||':
    case '?:':
    case '[]':
    case '[?]':
    case 'list':
      return node.args
    default:
      return node satisfies never
  }
}
