import { visible } from '../diagnostics/quote.js'
import type { Json } from '../step/json.js'
import { DIFF_SEVERITIES, type DiffFinding, type DiffSeverity, type FlowDiff } from './finding.js'

const ESCAPE = '\u001B['
const COLORS = { danger: `${ESCAPE}31m`, breaking: `${ESCAPE}33m`, change: '', note: `${ESCAPE}2m` } as const satisfies Record<
  DiffSeverity,
  string
>
const RESET = `${ESCAPE}0m`
const WIDTH = Math.max(...DIFF_SEVERITIES.map(({ length }) => length))

/** Prints differences for people: flow by flow, what matters most first, and a sum. One line when there are none. */
export function printDiff(flows: readonly FlowDiff[], options: { readonly color?: boolean } = {}): string {
  if (flows.length === 0) return 'no differences: the flows do the same\n'
  const blocks = flows.map(({ flow, was, file, findings }) => {
    const name = was === undefined ? flow : `${flow} (was ${was})`
    return [`${visible(name)} (${visible(file.path)})`, ...findings.flatMap((one) => lines(one, options.color === true))]
      .map((line) => `${line}\n`)
      .join('')
  })
  return `${blocks.join('\n')}\n${sum(flows)}\n`
}

function lines({ severity, message, details }: DiffFinding, color: boolean): readonly string[] {
  const word = severity.padEnd(WIDTH)
  const paint = color ? COLORS[severity] : ''
  const margin = ' '.repeat(WIDTH + 4)
  return [`  ${paint}${word}${paint === '' ? '' : RESET}  ${visible(message)}`, ...details.map((line) => `${margin}${visible(line)}`)]
}

function sum(flows: readonly FlowDiff[]): string {
  const all = flows.flatMap(({ findings }) => findings)
  const counts = DIFF_SEVERITIES.flatMap((severity) => {
    const count = all.filter((one) => one.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity === 'breaking' ? 'breaking' : `${severity}${count === 1 ? '' : 's'}`}`]
  })
  return `${flows.length} flow${flows.length === 1 ? ' differs' : 's differ'}: ${counts.join(', ')}`
}

/**
 * Prints differences for programs: a JSON array of flows, two spaces deep, with a line break at its end. Members: `flow, was?, file, findings`; of a
 * finding: `severity, about, message, details, file?, line?, column?`.
 */
export function printDiffJson(flows: readonly FlowDiff[]): string {
  const json = flows.map(({ flow, was, file, findings }) => ({
    flow,
    ...(was !== undefined && { was }),
    file: file.path,
    findings: findings.map((one): Json => {
      const { severity, about, message, details } = one
      return { severity, about, message, details, ...placeIn(one) }
    }),
  }))
  return `${JSON.stringify(json, undefined, 2)}\n`
}

function placeIn({ at }: DiffFinding): { readonly [name: string]: Json } {
  return at ? { file: at.file.path, ...at.file.positionAt(at.span.start) } : {}
}

const GITHUB = { danger: 'error', breaking: 'warning', change: 'notice', note: 'notice' } as const satisfies Record<DiffSeverity, string>

/** Prints differences as workflow commands, which GitHub shows beside the lines of a change: dangers as errors, breaking ones as warnings, the rest as notices. */
export function printDiffGithub(flows: readonly FlowDiff[]): string {
  return flows
    .flatMap(({ flow, file, findings }) => findings.map((one) => `${annotation(flow, one.at?.file.path ?? file.path, one)}\n`))
    .join('')
}

function annotation(flow: string, path: string, { severity, message, details, at }: DiffFinding): string {
  const line = at ? `,line=${at.file.positionAt(at.span.start).line}` : ''
  const text = [message, ...details].map((each) => escaped(visible(each))).join('%0A')
  return `::${GITHUB[severity]} file=${property(path)}${line},title=${property(`${severity}: ${flow}`)}::${text}`
}

/** A `%` is escaped first: the others are written with it. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
