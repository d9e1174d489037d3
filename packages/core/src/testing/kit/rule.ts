import type { Bench } from './bench.js'

/** What a rule found wrong with a step. */
export interface Fault {
  /** What the step did or declared. */
  readonly saw: string
  /** What its author does about it. */
  readonly repair: string
}

/** One law that every step keeps. */
export interface Rule {
  readonly name: string
  /** The law, in one sentence. */
  readonly law: string
  check(bench: Bench): Promise<readonly Fault[]> | readonly Fault[]
}

/** A fault with the rule that found it. */
export interface Finding extends Fault {
  readonly step: string
  readonly rule: string
  readonly law: string
}

/** What an author reads: the law, what was seen, and the repair. */
export function sentenceOf({ step, rule, law, saw, repair }: Finding): string {
  return `step \`${step}\`, rule \`${rule}\`: ${law}\n  seen:   ${saw}\n  repair: ${repair}`
}

/** The same fault is seen on many visits; it is told once. */
export function once(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.saw}\n${fault.repair}`, fault])).values()]
}
