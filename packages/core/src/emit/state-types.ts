import type { StepNode } from '../machine/machine.js'
import { FILTER_FIELDS } from '../ports/directory.js'
import type { Schema } from '../step/schema.js'
import type { Drawn, Station } from './drawn.js'
import type { Follows } from './follows.js'
import { comment, literal, memberName, union } from './source-text.js'
import { stateName } from './state-names.js'
import { membersOf, typeOfSchema } from './type-of-schema.js'

/** Every declaration about the states of a flow: what each is, what it is answered with, what may follow it, and what the end gives. */
export function stateTypes(drawn: Drawn): readonly string[] {
  return [
    ...drawn.stations.flatMap((station) => (station.is === 'choose' ? choiceTypes(drawn, station) : stepTypes(drawn, station))),
    ending(drawn),
  ]
}

/** A union of states, those that every flow has at its end. */
export function stateUnion(head: string, { stems }: Drawn, { states, completes }: Follows, also: readonly string[]): string {
  const names = states.map((id) => `${stems.get(id) ?? ''}State`)
  return union(head, [...new Set([...names, ...(completes ? ['CompletedState'] : []), ...also])])
}

function stepTypes(drawn: Drawn, { node, definition, answer, title }: Extract<Station, { is: 'step' }>): readonly string[] {
  const stem = drawn.stems.get(node.id) ?? ''
  const required = definition?.required ?? []
  const kind = definition?.kind
  const members = Object.entries(answer).flatMap(([name, schema]) => answerMember(node, name, schema, required))
  return [
    declared(comment(`What ${node.id} is answered with.`), `export interface ${stem}Answer`, members),
    [
      comment(`What may follow an answer to ${node.id}.`),
      stateUnion(`export type ${stem}Next =`, drawn, drawn.graph.after(node), [`${stem}State`, 'FailedState', 'UnknownState']),
    ].join('\n'),
    declared(comment(sentence(title, definition?.asks ?? definition?.description)), `export interface ${stem}State extends OpenState`, [
      `  readonly state: ${literal(stateName(node.id))}`,
      `  readonly kind: ${literal(kind ?? 'attributes')}`,
      ...(definition?.channel === undefined ? [] : [`  readonly channel: ${literal(definition.channel)}`]),
      ...(kind === 'code' || kind === 'approval'
        ? ['  /** Where the message went, masked, on wires that tell it. */', '  readonly to?: string']
        : []),
      ...(kind === 'answers' ? ['  readonly questions: readonly Question[]'] : []),
      `  answer(answer: ${stem}Answer): Promise<${stem}Next>`,
    ]),
  ]
}

/** One member of an answer. A search is typed by the fields that the step allows. */
function answerMember(node: StepNode, name: string, schema: Schema, required: readonly string[]): readonly string[] {
  if (!(name === 'filter' && schema.type === 'object' && schema.properties === undefined))
    return membersOf({ [name]: schema }, required, '  ')
  const { fields } = node.settings
  const allowed = Array.isArray(fields) ? FILTER_FIELDS.filter((field) => fields.includes(field)) : FILTER_FIELDS
  return [
    ...(schema.description === undefined ? [] : [`  ${comment(schema.description)}`]),
    `  readonly filter: Filter<${allowed.map(literal).join(' | ')}>`,
  ]
}

function choiceTypes(drawn: Drawn, { node, title }: Extract<Station, { is: 'choose' }>): readonly string[] {
  const stem = drawn.stems.get(node.id) ?? ''
  const picks = node.options.map((option) =>
    stateUnion(`  readonly ${memberName(option.id)}:`, drawn, drawn.graph.picked(node, option), [
      `${stem}State`,
      'FailedState',
      'UnknownState',
    ]),
  )
  return [
    declared(comment(`What may follow each pick of ${node.id}.`), `export interface ${stem}Next`, picks),
    declared(comment(sentence(title, 'Choose how to go on')), `export interface ${stem}State extends OpenState`, [
      `  readonly state: ${literal(stateName(node.id))}`,
      `  readonly kind: 'choice'`,
      `  /** What may be picked now. */`,
      `  readonly options: readonly (keyof ${stem}Next)[]`,
      `  choose<Option extends keyof ${stem}Next>(option: Option): Promise<${stem}Next[Option]>`,
    ]),
  ]
}

/** What the end of the flow gives. A step is not bound to give all of its outputs, and steps may be passed over. */
function ending({ flow, steps }: Drawn): string {
  const outputs = new Map<string, Set<string>>()
  for (const node of flow.machine.nodes.flatMap((one) => (one.is === 'choose' ? one.options : [one]))) {
    for (const [name, schema] of Object.entries(steps.get(node.type)?.outputs ?? {})) {
      outputs.set(name, (outputs.get(name) ?? new Set()).add(typeOfSchema(schema, '  ')))
    }
  }
  const members = [...outputs].map(([name, types]) => `    readonly ${memberName(name)}?: ${[...types].join(' | ')}`)
  return declared(comment(`The good end of ${flow.machine.flow}.`), 'export interface CompletedState', [
    `  readonly state: 'completed'`,
    '  readonly outputs: {',
    ...members,
    '    readonly [name: string]: Json | undefined',
    '  }',
  ])
}

function declared(doc: string, head: string, members: readonly string[]): string {
  return members.length === 0 ? `${doc}\n${head} {}` : [doc, `${head} {`, ...members, '}'].join('\n')
}

function sentence(title: string | undefined, asks: string | undefined): string {
  return [title, asks].filter((text) => text !== undefined).join('. ')
}
