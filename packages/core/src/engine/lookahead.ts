import type { ConditionWorld } from '../condition/evaluate.js'
import { isUsedUp } from '../machine/attempts.js'
import { stepsOf, type RunnableChoice } from '../machine/station.js'
import { decisionsOf, standingAt, type AskAtom } from './conditions.js'
import type { LinkedStep } from './program.js'
import type { Sitting } from './sitting.js'

/** A station that is certain to come, with the options that it will offer, of a choice. */
export type Coming =
  | { readonly is: 'step'; readonly step: LinkedStep }
  | { readonly is: 'choose'; readonly choice: RunnableChoice<LinkedStep>; readonly options: readonly LinkedStep[] }

/**
 * The stations that are certain to come if every answer is right: those that are passed over are left out, and it ends before the first one
 * of which that cannot be known yet.
 * @param from index of the station to begin with.
 * @param principal the person as conditions see them; absent while that is not known, or not to be told: what was decided about them is not used then.
 */
export function lookAhead(sitting: Sitting, from: number, principal: ConditionWorld['principal']): readonly Coming[] {
  const { program, snapshot } = sitting
  const unwritten = new Set(stepsOf({ ...program, nodes: program.nodes.slice(snapshot.at) }).map(({ node }) => node.id))
  const world = { ...(principal && { principal }), facts: snapshot.facts }
  const ask: AskAtom = (text) => {
    const atom = program.atoms.get(text)
    const open = !atom || (atom.asksPrincipal && !principal) || atom.asksFactsOf.some((step) => unwritten.has(step))
    return open ? { is: 'fault', reason: 'not known yet' } : atom.ask(world)
  }
  const decisions = new Map([...decisionsOf(snapshot)].filter(([text]) => principal || program.atoms.get(text)?.asksPrincipal !== true))
  const coming: Coming[] = []
  for (const station of program.nodes.slice(from)) {
    const standing = standingAt(station.node, snapshot, decisions, ask)
    if (standing.is === 'passed-over') continue
    if (standing.is === 'fault') break
    if (station.is === 'step') {
      if (isUsedUp(snapshot, station.node)) break
      coming.push({ is: 'step', step: station })
      continue
    }
    const options = station.options.filter(({ node }) => standing.offered.includes(node.id))
    const [only, another] = options
    if (!only) break
    coming.push(another || !sitting.opensEagerly ? { is: 'choose', choice: station, options } : { is: 'step', step: only })
  }
  return coming
}
