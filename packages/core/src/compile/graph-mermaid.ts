import type { Machine, Node } from '../machine/machine.js'

/**
 * Draws a machine as a Mermaid flowchart: one box for each node with its attempts, arrows to what follows.
 * @param titles titles of steps by id, shown above the id.
 */
export function graphMermaid(machine: Machine, titles: ReadonlyMap<string, string> = new Map()): string {
  const { nodes } = machine
  const lines = [
    'flowchart TD',
    `  start([${label([machine.flow])}]) --> ${nameOf(0, nodes.length)}`,
    ...nodes.map(
      (node, index) => `  ${nameOf(index, nodes.length)}[${label(textOf(node, titles))}] --> ${nameOf(node.next, nodes.length)}`,
    ),
    '  finish([end])',
  ]
  return `${lines.join('\n')}\n`
}

function nameOf(index: number, count: number): string {
  return index < count ? `step${index + 1}` : 'finish'
}

function textOf(node: Node, titles: ReadonlyMap<string, string>): readonly string[] {
  const title = titles.get(node.id)
  const kind = node.type === node.id ? node.id : `${node.id}: ${node.type}`
  return [...(title === undefined ? [] : [title]), kind, `${node.attempts} ${node.attempts === 1 ? 'attempt' : 'attempts'}`]
}

/** Mermaid reads quotes, markup and entities in a label; each such character is written as its code. */
function label(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replace(/[^\p{L}\p{N} .,:/_-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`)).join('<br/>')}"`
}
