import type { Json, JsonObject } from '@rekey/core'

/** A step of an imported flow. */
export interface ImportedStep {
  readonly type: string
  readonly id?: string
  readonly settings?: JsonObject
  /** Told in a comment above the step. */
  readonly notes?: readonly string[]
}

/** A flow that was drawn from a foreign file. */
export interface ImportedFlow {
  readonly id: string
  /** Lines of the comment above everything. */
  readonly heading: readonly string[]
  /** Members between the id and the steps, in order. */
  readonly members: JsonObject
  readonly steps: readonly ImportedStep[]
}

/** Writes a flow file, as a person would. */
export function writeFlow({ id, heading, members, steps }: ImportedFlow): string {
  return [
    ...heading.map(commentLine),
    `flow: ${scalar(id)}`,
    ...Object.entries(members).flatMap(([name, value]) => memberLines(name, value, '')),
    'steps:',
    ...steps.flatMap(stepLines),
    '',
  ].join('\n')
}

function stepLines({ type, id, settings = {}, notes = [] }: ImportedStep): readonly string[] {
  const inner = Object.entries(settings).flatMap(([name, value]) => memberLines(name, value, '      '))
  return [
    ...notes.map((note) => `  ${commentLine(note)}`),
    inner.length === 0 && id === undefined ? `  - ${scalar(type)}` : `  - ${scalar(type)}:`,
    ...inner,
    ...(id === undefined ? [] : [`    id: ${scalar(id)}`]),
  ]
}

function memberLines(name: string, value: Json, indent: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${indent}${scalar(name)}: ${scalar(value)}`]
  if (Array.isArray(value)) return [`${indent}${scalar(name)}: [${value.map((item: Json) => scalar(item)).join(', ')}]`]
  return [`${indent}${scalar(name)}:`, ...Object.entries(value).flatMap(([inner, member]) => memberLines(inner, member, `${indent}  `))]
}

/** Words that YAML 1.1 or 1.2 would read as something other than text. */
const NOT_TEXT = /^(?:true|false|yes|no|on|off|null|y|n)$/i

/** Plain where nobody could read it otherwise, else quoted as JSON is, which is YAML too. */
function scalar(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const plain = /^(?:[A-Za-z][A-Za-z0-9_/-]*|[1-9][0-9]*[smhd])$/.test(value) && !NOT_TEXT.test(value)
  return plain ? value : JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A comment of one line, whatever the text holds. */
function commentLine(text: string): string {
  return `# ${text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')}`.trimEnd()
}
