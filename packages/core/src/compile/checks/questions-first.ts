import { quote } from '../../diagnostics/quote.js'
import type { LinkedStep } from '../linked-flow.js'
import { mayEnter, shortest, showWay, walkStretch, type PathPoint, type Way } from '../path.js'
import { defineCheck, type CheckContext } from './define-check.js'

/** Questions shown before anything was proved tell a stranger what to find out about the person (SEC-69). */
export const questionsFirst = defineCheck({
  code: 'questions-first',
  severity: 'warning',
  run(context) {
    const { path, report } = context
    const first = path.find((point) => asksQuestions(point.step) && earlyWay(point) !== undefined)
    const way = first && earlyWay(first)
    // A question about nobody is reported as such.
    if (!first || !way?.standing.namedBy) return
    // Where questions are the only proof of a change, that is the mistake, and it has its own report.
    if (restsOnQuestions(context, first)) return
    const later = path.find(({ step, at }) => at > first.at && step.definition.proves?.class === 'possession')
    const by = first.ways.length > 1 ? ` on the path ${showWay(way, first.step)}` : ''
    report(first.step, `${quote(first.step.id)} asks its questions before anything is proved${by}`, {
      steps: [first.step.id],
      label: 'asked too early',
      help: later ? `move ${quote(later.step.id)} up, before it` : 'put a step before it that proves possession',
    })
  },
})

/** The first way to a step on which nothing but questions was proved. */
function earlyWay({ ways }: PathPoint): Way | undefined {
  return shortest(ways, ({ standing }) => !standing.blind && standing.onlyQuestions)
}

/** Whether some path through a step may come to a change with questions as its only proof. */
function restsOnQuestions({ flow, path }: CheckContext, { step, at, ways }: PathPoint): boolean {
  const behind = walkStretch(flow, { from: at, to: at + 1, ways, mayTake: (one) => one === step })
  return path.some((point) => {
    if (point.at <= at || point.step.definition.changes === undefined) return false
    const arriving = walkStretch(flow, { from: at + 1, to: point.at, ways: behind, mayTake: () => true })
    return arriving.some((way) => (way.standing.blind || way.standing.onlyQuestions) && mayEnter(flow, point.at, way))
  })
}

function asksQuestions(step: LinkedStep): boolean {
  return step.definition.kind === 'answers'
}
