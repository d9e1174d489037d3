import { quote } from '../../diagnostics/quote.js'
import { optionsOf, type LinkedStep, type Station } from '../linked-flow.js'
import { showWay, walkPaths, type PathPoint, type Way } from '../path.js'
import { defineCheck } from './define-check.js'

/** Questions shown before anything was proved tell a stranger what to find out about the person (SEC-69). */
export const questionsFirst = defineCheck({
  code: 'questions-first',
  severity: 'warning',
  run({ flow, path, report }) {
    const first = path.find((point) => asksQuestions(point.step) && earlyWay(point) !== undefined)
    const way = first && earlyWay(first)
    // A question about nobody is reported as such.
    if (!first?.namedBy || !way) return
    // Where questions are the only proof of a change, that is the mistake, and it has its own report.
    if (restsOnQuestions(flow.stations, first)) return
    const later = path.find(({ step, at }) => at > first.at && step.definition.proves?.class === 'possession')
    const by = first.ways.length > 1 ? ` on the path ${showWay(way, first.step)}` : ''
    report(first.step.span, `${quote(first.step.id)} asks its questions before anything is proved${by}`, {
      steps: [first.step.id],
      label: 'asked too early',
      help: later ? `move ${quote(later.step.id)} up, before it` : 'put a step before it that proves possession',
    })
  },
})

/** The first way to a step on which nothing but questions was proved. */
function earlyWay({ ways }: PathPoint): Way | undefined {
  return ways.find(({ standing }) => !standing.blind && standing.onlyQuestions)
}

/** Whether some path through a step may come to a change with questions as its only proof. */
function restsOnQuestions(stations: readonly Station[], { step, at }: PathPoint): boolean {
  const through = stations.map((station, index) =>
    index === at ? (optionsOf(station).find((option) => option === step) ?? station) : station,
  )
  return walkPaths(through).some(
    (point) =>
      point.at > at &&
      point.step.definition.changes !== undefined &&
      point.ways.some(({ standing }) => standing.blind || standing.onlyQuestions),
  )
}

function asksQuestions(step: LinkedStep): boolean {
  return step.definition.kind === 'answers'
}
