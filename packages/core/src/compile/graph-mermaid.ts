import type { ChooseNode, Machine, Node, StepNode } from '../machine/machine.js'

/**
 * Draws a machine as a Mermaid flowchart: one box for each step with its attempts, a diamond for each choice with one branch for each
 * option, arrows to what follows.
 * @param titles titles of steps and choices by id, shown above the id.
 */
export function graphMermaid(machine: Machine, titles: ReadonlyMap<string, string> = new Map()): string {
  const { nodes } = machine
  const nameAt = (index: number) => (index < nodes.length ? `step${index + 1}` : 'finish')
  const lines = [
    'flowchart TD',
    `  start([${label([machine.flow])}]) --> ${nameAt(0)}`,
    ...nodes.flatMap((node, index) => drawNode(node, { name: nameAt(index), next: nameAt(node.next), titles })),
    '  finish([end])',
  ]
  return `${lines.join('\n')}\n`
}

interface Drawn {
  readonly name: string
  readonly next: string
  readonly titles: ReadonlyMap<string, string>
}

function drawNode(node: Node, drawn: Drawn): readonly string[] {
  return node.is === 'choose' ? drawChoice(node, drawn) : [drawStep(node, drawn)]
}

function drawStep(node: StepNode, { name, next, titles }: Drawn): string {
  const kind = node.type === node.id ? node.id : `${node.id}: ${node.type}`
  const attempts = `${node.attempts} ${node.attempts === 1 ? 'attempt' : 'attempts'}`
  return `  ${name}[${label([...titleOf(node, titles), kind, attempts])}] --> ${next}`
}

function drawChoice(node: ChooseNode, { name, next, titles }: Drawn): readonly string[] {
  const branches = node.options.map((option, index) => ({ option, name: `${name}option${index + 1}` }))
  return [
    `  ${name}{${label([...titleOf(node, titles), node.id])}}`,
    ...branches.map((branch) => `  ${name} --> ${branch.name}`),
    ...branches.map((branch) => drawStep(branch.option, { name: branch.name, next, titles })),
  ]
}

function titleOf({ id }: Node, titles: ReadonlyMap<string, string>): readonly string[] {
  const title = titles.get(id)
  return title === undefined ? [] : [title]
}

/** Mermaid reads quotes, markup and entities in a label; each such character is written as its code. */
function label(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replace(/[^\p{L}\p{N} .,:/_-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`)).join('<br/>')}"`
}
