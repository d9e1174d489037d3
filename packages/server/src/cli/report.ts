import { textIn } from '@rekey/core'
import type { CompiledFlow } from '@rekey/core'
import type { Config } from '../config/config.js'
import { weaknesses } from '../config/weaknesses.js'
import type { NewPerson } from '../adapters/directory/person.js'
import { flowAddresses } from './addresses.js'
import type { FlowAddresses } from './addresses.js'
import { describePeople } from './demo-people.js'
import type { DemoPerson } from './demo-people.js'
import { firstCall } from './first-call.js'

/** What a server tells whoever started it. */
export interface StartReport {
  /** Where it listens. */
  readonly url: string
  /** The configuration file in use, or that there is none. */
  readonly config: string
  readonly flows: readonly { readonly id: string; readonly title?: string; readonly addresses: readonly FlowAddresses[] }[]
  readonly notServed: readonly NotServed[]
  readonly people: readonly DemoPerson[]
  readonly weaknesses: readonly string[]
  /** Commands and addresses to try next. */
  readonly next: readonly { readonly purpose: string; readonly command: string }[]
}

/** A flow that compiled, or tried to, and is not served. */
export interface NotServed {
  readonly id: string
  readonly why: string
}

/** What a running server knows of itself. */
export interface StartFacts {
  readonly config: Config
  /** Where it really listens. */
  readonly url: string
  /** The flows that are served. */
  readonly flows: readonly CompiledFlow[]
  readonly notServed: readonly NotServed[]
  /** The people of the seed; they are told only while the demo seed is in use. */
  readonly people: readonly NewPerson[]
  /** Whether the demo people were ever taken into the directory. */
  readonly hasDemo: boolean
  /** By which policy the store drops keys when it is full. */
  readonly evicts?: string
}

/** Gathers the report. */
export function startReport({ config, url, flows, notServed, people, hasDemo, evicts }: StartFacts): StartReport {
  const call = firstCall(flows, config, url)
  return {
    url,
    config: config.source.file.text === '' ? 'embedded defaults' : config.source.file.path,
    flows: flows.map((flow) => ({
      id: flow.id,
      ...(flow.title !== undefined && { title: textIn(flow.title) }),
      addresses: flowAddresses(flow, config),
    })),
    notServed,
    people: config.directory.isDemo ? describePeople(people) : [],
    weaknesses: weaknesses(config, flows, { hasDemo, ...(evicts !== undefined && { evicts }) }),
    next: [
      ...(call === undefined ? [] : [{ purpose: 'begin a reset', command: call }]),
      ...(config.dev && config.mail.mailbox ? [{ purpose: 'read the mails', command: `${url}/dev/mailbox` }] : []),
      { purpose: 'check the flows', command: 'npm run rekey -- check' },
    ],
  }
}

/** Draws the report as plain text. */
export function printReport(report: StartReport): string {
  const blocks = [
    [`Rekey listens on ${report.url} (${report.config})`],
    ['Flows', ...report.flows.flatMap(flowLines)],
    ['Not served', ...table(report.notServed.map(({ id, why }) => [id, why]))],
    [
      'Demo people (their passwords and answers stand in packages/server/people.yaml)',
      ...table(report.people.map(({ userName, mail, special }) => [userName, mail, special])),
    ],
    ['Mind', ...report.weaknesses.map((sentence) => `  - ${sentence}`)],
    ['Try', ...report.next.flatMap(({ purpose, command }) => [`  # ${purpose}`, ...command.split('\n').map((line) => `  ${line}`)])],
  ]
  // A heading with nothing under it is left out; the first block is a sentence.
  const shown = blocks.filter((block, index) => index === 0 || block.length > 1)
  return `\n${shown.map((block) => block.map((line) => `${printable(line).trimEnd()}\n`).join('')).join('\n')}\n`
}

function flowLines({ id, title, addresses }: StartReport['flows'][number]): readonly string[] {
  const rows = addresses.flatMap(({ dialect, lines }) => lines.map((line, index) => [index === 0 ? dialect : '', line]))
  return [`  ${title === undefined ? id : `${id}: ${title}`}`, ...table(rows).map((line) => `  ${line}`)]
}

/** Rows with their columns one under the other. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
}

/** Titles and names come from files; nothing of them may steer the terminal. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, ' ')
}
