import type { Laid } from './flow.js'
import { anyOf, showIds, type Finding } from './finding.js'
import type { Path, Walked } from './walk.js'

/** Jumps that lead nowhere, in circles, or back over what cannot be taken back. */
export function jumps({ stations, badJumps }: Laid, { entries, choices }: Walked): readonly Finding[] {
  const circles = entries.flatMap(({ stop, paths }): readonly Finding[] => {
    const { to } = stop
    if (to === undefined || stop.rule.asks) return []
    const silent = paths.map((path) => stepsFrom(path, to)).filter(isSilent)
    if (silent.length === 0) return []
    return [
      anyOf(
        'endless-conversation',
        silent.map((steps) => `${stop.id} ${stations[to]?.id} ${showIds([...steps.map((step) => step.stop.id), stop.id])}`),
      ),
    ]
  })
  // Whatever is offered can be used up, so that any choice may have no option left.
  const turning = choices.flatMap(({ station, paths }): readonly Finding[] => {
    const { id, to } = station
    return to !== undefined && paths.some((path) => isSilent(stepsFrom(path, to))) ? [anyOf('endless-conversation', [id])] : []
  })
  const leaving = stations.flatMap(({ id, isChoice, to, options }, at) => [
    // A choice goes back when no option is left.
    ...(isChoice && to !== undefined ? [{ id, to, at }] : []),
    ...options.flatMap((option) =>
      option.to !== undefined && (option.ownJump || !isChoice) ? [{ id: option.id, to: option.to, at }] : [],
    ),
  ])
  const over = leaving.flatMap(({ id, to, at }): readonly Finding[] => {
    const change = stations
      .slice(to, at)
      .flatMap(({ options }) => options)
      .find(({ rule }) => rule.changes)
    return change ? [anyOf('jump-over-change', [`${id} ${change.id}`])] : []
  })
  return [...badJumps.map((id) => anyOf('bad-jump', [id])), ...circles, ...turning, ...over]
}

function stepsFrom({ steps }: Path, station: number): Path['steps'] {
  return steps.filter(({ at }) => at >= station)
}

function isSilent(steps: Path['steps']): boolean {
  return steps.every(({ stop }) => !stop.rule.asks)
}
