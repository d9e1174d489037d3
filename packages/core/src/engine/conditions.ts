import { linkAtom, type AtomOutcome, type ConditionWorld } from '../condition/evaluate.js'
import { atomsOf, decide, type Condition } from '../machine/condition.js'
import type { Machine, Node } from '../machine/machine.js'
import { stepsOf } from '../machine/station.js'
import { isUsedUp } from '../machine/attempts.js'
import type { Snapshot } from '../machine/snapshot.js'

/** An atom made ready to be asked. */
export interface LinkedAtom {
  ask(world: ConditionWorld): AtomOutcome
  readonly asksPrincipal: boolean
  /** Steps whose facts it may ask for; too many rather than too few. */
  readonly asksFactsOf: readonly string[]
}

/** The conditions of a machine, made ready once. */
export interface LinkedConditions {
  readonly atoms: ReadonlyMap<string, LinkedAtom>
  /** Atoms that more than one station asks: what they came out as once holds for the rest of the way. */
  readonly remembered: ReadonlySet<string>
}

/** @throws TypeError when an atom is no CEL. */
export function linkConditions(machine: Machine): LinkedConditions {
  const asked = machine.nodes.map((node) => new Set(conditionsOf(node).flatMap(atomsOf)))
  const atoms = new Set(asked.flatMap((some) => [...some]))
  const steps = stepsOf(machine).map(({ id }) => id)
  return {
    atoms: new Map([...atoms].map((text) => [text, linkedAtom(text, steps)])),
    remembered: new Set([...atoms].filter((text) => asked.filter((some) => some.has(text)).length > 1)),
  }
}

/** Conditions that are decided on arriving at a station: its own and those of its options. */
export function conditionsOf(node: Node): readonly Condition[] {
  return [node, ...(node.is === 'choose' ? node.options : [])].flatMap(({ when }) => (when ? [when] : []))
}

const TEXTS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g

function linkedAtom(text: string, steps: readonly string[]): LinkedAtom {
  const names = text.replaceAll(TEXTS, '')
  return {
    ask: linkAtom(text),
    asksPrincipal: /\bprincipal\b/.test(names),
    asksFactsOf: steps.filter((step) => names.includes(`facts.${step}.`)),
  }
}

/** Answers an atom, by its text. */
export type AskAtom = (text: string) => AtomOutcome

/**
 * Decides a condition, asking atom after atom and adding to the decisions what each came out as. A fault of an atom that has to be asked is a
 * fault of the whole, whatever the others would say.
 */
export function settle(condition: Condition, decisions: Map<string, boolean>, ask: AskAtom): AtomOutcome {
  for (;;) {
    const answer = decide(condition, decisions)
    if (answer.is === 'decided') return answer
    const outcome = ask(answer.atom)
    if (outcome.is === 'fault') return outcome
    decisions.set(answer.atom, outcome.holds)
  }
}

/** How a conversation stands to a station that it comes to. */
export type Standing =
  | { readonly is: 'fault' }
  | { readonly is: 'passed-over' }
  /** With the options that are left, of a choice. */
  | { readonly is: 'here'; readonly offered: readonly string[] }

/** Decides all conditions of a station: its own, then those of its options, of which none may be used up. */
export function standingAt(node: Node, tries: Pick<Snapshot, 'attempts'>, decisions: Map<string, boolean>, ask: AskAtom): Standing {
  const own = node.when && settle(node.when, decisions, ask)
  if (own?.is === 'fault') return { is: 'fault' }
  if (own?.holds === false) return { is: 'passed-over' }
  const offered: string[] = []
  for (const option of node.is === 'choose' ? node.options : []) {
    if (isUsedUp(tries, option)) continue
    const outcome = option.when && settle(option.when, decisions, ask)
    if (outcome?.is === 'fault') return { is: 'fault' }
    if (outcome?.holds !== false) offered.push(option.id)
  }
  return { is: 'here', offered }
}

/** What was decided before, to decide further with. */
export function decisionsOf({ decided = {} }: Pick<Snapshot, 'decided'>): Map<string, boolean> {
  return new Map(Object.entries(decided))
}
