import type { Registry, StepDefinition } from '@rekey/core'
import { GENERATED_NOTE, settingsTable } from '../config/markdown.js'

const OPENING = `# Steps

Every step that a flow may name, from its own definition. How a flow names them stands in the schema of flow files,
\`flows/flow.schema.json\`.
`

/** The reference of all registered steps as Markdown. */
export function stepsReference(registry: Registry): string {
  return `${GENERATED_NOTE}\n\n${[OPENING, ...[...registry.steps.values()].map(describeStep)].join('\n')}`
}

function describeStep(step: StepDefinition): string {
  const blocks = [
    [`## \`${step.type}\``],
    [sentence(step.description)],
    behaviour(step),
    titled('Settings', settingsTable(step.settings)),
    titled('Answer', settingsTable(step.answer, step.required)),
    titled('Facts it writes', settingsTable(step.writes ?? {})),
    titled('Outputs', settingsTable(step.outputs ?? {})),
  ]
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n')
}

function behaviour(step: StepDefinition): readonly string[] {
  const { proves } = step
  const lines: readonly (string | false)[] = [
    step.kind === undefined
      ? '- asks nothing'
      : `- asks for: \`${step.kind}\`${step.channel === undefined ? '' : ` over \`${step.channel}\``}`,
    step.names === true && '- finds the person the flow is about',
    step.needs !== undefined && `- needs: ${step.needs.length === 0 ? 'a person' : `a person with ${names(step.needs)}`}`,
    step.reads !== undefined && `- reads: ${names(Object.keys(step.reads))}`,
    proves !== undefined &&
      `- proves: ${proves.class} (\`${proves.channel}\`${proves.subject === undefined ? '' : `, about \`${proves.subject}\``})`,
    step.changes !== undefined && `- changes: the ${step.changes}`,
    step.attempts !== undefined && `- attempts unless the flow says otherwise: ${step.attempts}`,
    `- version: ${step.version}${step.finishes === undefined ? '' : `, finishes conversations of ${step.finishes.join(', ')}`}`,
  ]
  return lines.filter((line) => line !== false)
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines]
}

function names(list: readonly string[]): string {
  return list.map((name) => `\`${name}\``).join(', ')
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
