import type { ConditionUses } from '../condition/read-condition.js'
import type { Condition } from '../machine/condition.js'
import type { FlowSource } from '../syntax/flow-source.js'
import type { Named } from '../syntax/node.js'
import type { SourceFile, Span } from '../source/source-file.js'
import type { StepDefinition } from '../step/define-step.js'
import type { JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'
import type { Texts } from '../step/texts.js'
import type { Written } from './namespace.js'
import type { DialectFacts } from './registry.js'

/** A flow whose steps and dialects have been looked up and whose settings have been checked. */
export interface LinkedFlow {
  readonly file: SourceFile
  readonly source: FlowSource
  /** Fragments stand in their places. */
  readonly stations: readonly Station[]
  readonly speaks: readonly Spoken[]
  /** Files of the fragments that it includes, directly or not. */
  readonly fragments: ReadonlySet<SourceFile>
  /** Values that a term of conditions can have, where they are finite. */
  readonly domains: ReadonlyMap<string, readonly string[]>
}

/** Something that stands in a file: of a step, where it is named. */
export interface Located {
  readonly file: SourceFile
  readonly span: Span
}

/** One entry of `steps`. Of an unknown one nothing can be said: it may name, prove, write or change anything. */
export type Station = LinkedStep | LinkedChoice | Unknown

export interface Unknown {
  readonly is: 'unknown'
}

export const UNKNOWN: Unknown = { is: 'unknown' }

/** One of the steps that a choice offers. */
export type Option = LinkedStep | Unknown

/** What a step and a choice have in common. */
interface LinkedItem extends Located {
  /** With the ids of the includes around it: `confirm.emailValidation`. */
  readonly id: string
  readonly title?: Texts
  /** The modifiers as they are written, for the phase that knows all ids. */
  readonly written: Written
  readonly when?: LinkedCondition
  /** Index of the station to which a failure leads back; absent where it ends the conversation. */
  readonly onFail?: number
  /** Where the flow includes the fragment in which it stands. */
  readonly includedAt?: Located
}

/** A condition; one whose fault was reported may come out as it likes. */
export type LinkedCondition =
  | { readonly is: 'faulty' }
  | {
      readonly is: 'condition'
      readonly condition: Condition
      readonly uses: ConditionUses
      /** Where its outermost part stands, for reports about what it decides. */
      readonly at: Located
      readonly text: string
    }

/** A choice; one that offers a single step is that step. */
export interface LinkedChoice extends LinkedItem {
  readonly is: 'choose'
  readonly options: readonly Option[]
}

export interface LinkedStep extends LinkedItem {
  readonly is: 'step'
  readonly definition: StepDefinition
  /** After defaults; absent when they have been reported. */
  readonly settings?: JsonObject
  /** The facts it writes, with these settings. */
  readonly writes: Properties
  readonly attempts: number
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
