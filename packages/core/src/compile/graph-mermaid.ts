import type { Condition } from '../machine/condition.js'
import type { ChooseNode, Machine, Node, StepNode } from '../machine/machine.js'
import { textIn, type Texts } from '../step/texts.js'
import { showCondition } from './show-condition.js'

/**
 * Draws a machine as a Mermaid flowchart: one box for each step with its attempts, a diamond for each choice with one branch for each
 * option, a rhomb for each condition, arrows to what follows, dotted ones to where a failure leads back.
 * @param titles titles of steps and choices by id, shown above the id.
 */
export function graphMermaid(machine: Machine, titles: ReadonlyMap<string, Texts> = new Map()): string {
  const { nodes } = machine
  const nameAt = (index: number) => (index < nodes.length ? `step${index + 1}` : 'finish')
  const entryAt = (index: number) => (nodes[index]?.when ? `${nameAt(index)}when` : nameAt(index))
  const lines = [
    'flowchart TD',
    `  start([${label([machine.flow])}]) --> ${entryAt(0)}`,
    ...nodes.flatMap((node, index) => drawNode(node, { name: nameAt(index), next: entryAt(node.next), entryAt, titles })),
    '  finish([end])',
  ]
  return `${lines.join('\n')}\n`
}

interface Drawn {
  readonly name: string
  readonly next: string
  readonly entryAt: (index: number) => string
  readonly titles: ReadonlyMap<string, Texts>
}

function drawNode(node: Node, drawn: Drawn): readonly string[] {
  return [
    ...drawWhen(node.when, drawn),
    ...(node.is === 'choose' ? drawChoice(node, drawn) : [drawStep(node, drawn), ...drawJump(node, drawn)]),
  ]
}

function drawWhen(when: Condition | undefined, { name, next }: Drawn): readonly string[] {
  return when ? [`  ${name}when{${label([showCondition(when)])}} -- yes --> ${name}`, `  ${name}when -- no --> ${next}`] : []
}

function drawStep(node: StepNode, { name, next, titles }: Drawn): string {
  const kind = node.type === node.id ? node.id : `${node.id}: ${node.type}`
  const attempts = `${node.attempts} ${node.attempts === 1 ? 'attempt' : 'attempts'}`
  return `  ${name}[${label([...titleOf(node, titles), kind, attempts])}] --> ${next}`
}

function drawJump({ onFail }: Node, { name, entryAt }: Drawn): readonly string[] {
  return onFail === undefined ? [] : [`  ${name} -. fails .-> ${entryAt(onFail)}`]
}

function drawChoice(node: ChooseNode, drawn: Drawn): readonly string[] {
  const { name, titles } = drawn
  const branches = node.options.map((option, index) => ({ option, drawn: { ...drawn, name: `${name}option${index + 1}` } }))
  const arrow = ({ when }: StepNode) => (when ? `-- ${label([showCondition(when)])} -->` : '-->')
  return [
    `  ${name}{${label([...titleOf(node, titles), node.id])}}`,
    ...branches.map((branch) => `  ${name} ${arrow(branch.option)} ${branch.drawn.name}`),
    ...branches.flatMap((branch) => [drawStep(branch.option, branch.drawn), ...drawJump(branch.option, branch.drawn)]),
    ...drawJump(node, drawn),
  ]
}

function titleOf({ id }: Node, titles: ReadonlyMap<string, Texts>): readonly string[] {
  const title = titles.get(id)
  return title === undefined ? [] : [textIn(title)]
}

/** Mermaid reads quotes, markup and entities in a label; each such character is written as its code. */
function label(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replace(/[^\p{L}\p{N} .,:/_-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`)).join('<br/>')}"`
}
