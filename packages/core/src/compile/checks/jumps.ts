import { quote } from '../../diagnostics/quote.js'
import { isPick, optionsOf, type LinkedChoice, type LinkedFlow, type LinkedStep, type Option, type Station } from '../linked-flow.js'
import { mayEnter, showPath, stepsOf, walkStretch, type Way } from '../path.js'
import { effectOf } from '../earned.js'
import { defineCheck, placeOf, type CheckContext } from './define-check.js'

/** Going back over silent steps alone asks nobody anything: it would fail again, until the tries are used up. */
export const endlessConversation = defineCheck({
  code: 'endless-conversation',
  severity: 'error',
  run(context) {
    if (!goesBack(context.flow)) return
    for (const [at, station] of context.flow.stations.entries()) {
      if (!isPick(station) || station.onFail === undefined || !silentWay(context, at, station.onFail)) continue
      context.report(
        station,
        `when no option of ${quote(station.id)} is left it goes back, and nothing from there to here asks anybody anything`,
        {
          steps: [station.id],
          label: 'goes round in a circle',
          help: 'go back to a step that asks, or leave `onFail` out',
        },
      )
    }
    for (const point of context.path) {
      const { step, at } = point
      if (step.onFail === undefined || step.definition.kind !== undefined) continue
      const way = silentWay(context, at, step.onFail)
      const to = context.flow.stations[step.onFail]
      if (!way || !to || to.is === 'unknown') continue
      const between = stepsOf(way).filter((one) => context.path.some((other) => other.step === one && other.at >= (step.onFail ?? at)))
      context.report(
        step,
        `when ${quote(step.id)} fails it goes back to ${quote(to.id)}, and ${showPath([...between, step])} asks nobody anything`,
        {
          steps: [step.id],
          label: 'goes round in a circle',
          help: 'go back to a step that asks, or leave `onFail` out',
        },
      )
    }
  },
})

function goesBack({ stations }: LinkedFlow): boolean {
  return stations.some((station) => station.is !== 'unknown' && (station.onFail !== undefined || optionsOf(station).some(hasJump)))
}

function hasJump(option: Option): boolean {
  return option.is === 'step' && option.onFail !== undefined
}

/** A way from the target of a jump to where it begins, on which nothing is asked. */
function silentWay({ flow, path, walk }: CheckContext, at: number, to: number): Way | undefined {
  const arriving = path.filter((point) => point.at === to).flatMap(({ ways }) => ways)
  const asked = walk.conditions.filter((point) => point.at === to).flatMap(({ ways }) => ways)
  const ways = (asked.length > 0 ? asked : arriving).filter(({ standing }) => !standing.blind)
  const reached = walkStretch(flow, { from: to, to: at, ways, mayTake: ({ definition }) => definition.kind === undefined })
  return reached.find((way) => !way.standing.blind && mayEnter(flow, at, way))
}

/** A changed password stays changed: what was proved for it must not be forgotten while the conversation goes on. */
export const jumpOverChange = defineCheck({
  code: 'jump-over-change',
  severity: 'error',
  run({ flow, report }) {
    if (!goesBack(flow)) return
    for (const { item, at } of flow.stations.flatMap(leaving)) {
      const to = item.onFail
      if (to === undefined) continue
      const over = flow.stations
        .slice(to, at)
        .flatMap(optionsOf)
        .find((option) => option.is === 'step' && option.definition.changes !== undefined)
      if (over?.is !== 'step') continue
      report(item, `when ${quote(item.id)} fails it goes back over ${quote(over.id)}, which ${effectOf(over.definition)}`, {
        steps: [item.id, over.id],
        label: 'cannot be undone',
        related: [{ ...placeOf(over), message: 'the change' }],
        help: 'go back to a step behind the change, or end the conversation',
      })
    }
  },
})

/** Whatever may lead back from a station, each as it is written: an option that says nothing of its own does what its choice does. */
function leaving(station: Station, at: number): readonly { readonly item: LinkedStep | LinkedChoice; readonly at: number }[] {
  if (station.is === 'unknown') return []
  const own = station.is === 'choose' ? station.options.filter((option) => option.is === 'step' && option.written.onFail !== undefined) : []
  return [station, ...own].flatMap((item) => (item.is === 'unknown' ? [] : [{ item, at }]))
}
