import type { FlowSource } from '../syntax/flow-source.js'
import type { Named } from '../syntax/node.js'
import type { SourceFile, Span } from '../source/source-file.js'
import type { StepDefinition } from '../step/define-step.js'
import type { JsonObject } from '../step/json.js'
import type { DialectFacts } from './registry.js'

/** A flow whose steps and dialects have been looked up and whose settings have been checked. */
export interface LinkedFlow {
  readonly file: SourceFile
  readonly source: FlowSource
  readonly stations: readonly Station[]
  readonly speaks: readonly Spoken[]
}

/** One entry of `steps`. Of an unknown one nothing can be said: it may name, prove, write or change anything. */
export type Station = LinkedStep | LinkedChoice | Unknown

export interface Unknown {
  readonly is: 'unknown'
}

export const UNKNOWN: Unknown = { is: 'unknown' }

/** One of the steps that a choice offers. */
export type Option = LinkedStep | Unknown

/** A choice; one that offers a single step is that step. */
export interface LinkedChoice {
  readonly is: 'choose'
  readonly id: string
  /** Where the word `choose` stands. */
  readonly span: Span
  readonly options: readonly Option[]
  readonly title?: string
}

export interface LinkedStep {
  readonly is: 'step'
  readonly id: string
  /** Where the step is named. */
  readonly span: Span
  readonly definition: StepDefinition
  /** After defaults; absent when they have been reported. */
  readonly settings?: JsonObject
  readonly attempts: number
  readonly title?: string
}

/** A dialect that exposes the flow. */
export interface Spoken {
  readonly dialect: DialectFacts
  /** Where the file names it; absent when it speaks by default. */
  readonly name?: Named
  /** The slot that the flow takes, of a dialect that has slots; absent when its fault has been reported. */
  readonly slot?: Named
  /** After defaults; absent when they have been reported. */
  readonly options?: JsonObject
}

/** The ways on from a station: its options, or itself. */
export function optionsOf(station: Station): readonly Option[] {
  return station.is === 'choose' ? station.options : [station]
}

/** True for a choice that leaves something to pick. */
export function isPick(station: Station): station is LinkedChoice {
  return station.is === 'choose' && station.options.length > 1
}

/** Every step that is known, options included, in the order written. */
export function stepsIn(stations: readonly Station[]): readonly LinkedStep[] {
  return stations.flatMap(optionsOf).filter((option) => option.is === 'step')
}

/** The ids of all steps and choices. */
export function idsIn(stations: readonly Station[]): readonly string[] {
  return [...stations.flatMap((station) => (station.is === 'choose' ? [station.id] : [])), ...stepsIn(stations).map(({ id }) => id)]
}

/** True when a step or an option could not be read or is of no known type. */
export function hasUnknown(stations: readonly Station[]): boolean {
  return stations.some((station) => optionsOf(station).some(({ is }) => is === 'unknown'))
}
