import type { Flow, Laid, Stop } from './flow.js'
import { lack, onlyQuestions, proofsOn } from './proofs.js'
import { branches } from './expected-branches.js'
import { facts } from './expected-facts.js'
import { jumps } from './expected-jumps.js'
import { anyOf, isNamed, shortest, showTo, type Finding } from './finding.js'
import type { Entry, Path, Walked } from './walk.js'

/** Everything that must be found in a flow, and nothing else may be. */
export function expected(flow: Flow, laid: Laid, walked: Walked): readonly Finding[] {
  return [
    ...callers(walked),
    ...persons(walked),
    ...facts(walked),
    ...unearned(flow, walked),
    ...branches(flow, laid, walked),
    ...jumps(laid, walked),
    ...questions(flow, walked),
  ]
}

/** Who judges the caller stands before all others; who names somebody does it once. */
function callers({ entries }: Walked): readonly Finding[] {
  const found: Finding[] = []
  const end = entries.findIndex(({ stop }) => !stop.rule.caller)
  for (const [index, { stop, station, paths }] of entries.entries()) {
    const again = stop.rule.names ? paths.filter(isNamed) : []
    if (again.length > 0) {
      found.push(
        anyOf(
          'named-twice',
          shortest(again).map((path) => {
            const by = path.steps.find((step) => step.stop.rule.names)
            const conditional = station.asked !== undefined || path.over.length > 0 || isConditional(by?.stop, entries)
            return `${stop.id}${conditional ? ` ${showTo(path, stop)}` : ''}`
          }),
        ),
      )
    } else if (stop.rule.caller && end !== -1 && index > end) found.push(anyOf('caller-not-first', [stop.id]))
  }
  return found
}

function isConditional(stop: Stop | undefined, entries: readonly Entry[]): boolean {
  return entries.some((entry) => entry.stop === stop && entry.station.asked !== undefined)
}

/** Whoever asks about a person, step or condition, stands behind the one who names the person: one report for the first. */
function persons({ entries, questions: asked }: Walked): readonly Finding[] {
  const condition = asked.find((one) => one.aboutPerson && one.paths.some((path) => !isNamed(path)))
  const step = entries.find(({ stop, paths }) => stop.rule.about && paths.some((path) => !isNamed(path)))
  if (condition && (!step || condition.at <= step.at)) return [anyOf('needs-principal', [`condition ${condition.item.id}`])]
  if (!step) return []
  const nameless = shortest(step.paths.filter((path) => !isNamed(path)))
  return [
    anyOf(
      'needs-principal',
      nameless.map((path) => `${step.stop.id}${path.over.length > 0 ? ` ${showTo(path, step.stop)}` : ''}`),
    ),
  ]
}

/** The first change that some path does not earn: one report, of the shortest such path. */
function unearned({ require }: Flow, { entries }: Walked): readonly Finding[] {
  for (const { stop, paths } of entries.filter((entry) => entry.stop.rule.changes)) {
    const short = shortest(paths.filter((path) => lack(path, stop, require) !== undefined))
    if (short.length > 0) return [{ any: short.map((path) => `${lack(path, stop, require)} ${showTo(path, stop)}`) }]
  }
  return []
}

/** Security questions alone are too little, and too much before anything else was proved. */
function questions({ require }: Flow, { entries }: Walked): readonly Finding[] {
  const found: Finding[] = []
  const changes = entries.filter(({ stop }) => stop.rule.changes)
  for (const { stop, paths } of changes) {
    const alone = paths.filter((path) => lack(path, stop, require) === undefined && proofsOn(path).length > 0 && onlyQuestions(path))
    if (alone.length === 0) continue
    // The path is shown where there are several ways to go.
    found.push(
      anyOf(
        'questions-alone',
        shortest(alone).flatMap((path) => [
          `${stop.id} ${proofsOn(path)[0]?.id}`,
          `${stop.id} ${proofsOn(path)[0]?.id} ${showTo(path, stop)}`,
        ]),
      ),
    )
    break
  }
  const first = entries.find(({ stop, paths }) => stop.rule.questions && paths.some(onlyQuestions))
  const early = first ? shortest(first.paths.filter(onlyQuestions)) : []
  if (!first || !early.some(isNamed) || restsOn(first.stop, changes)) return found
  const named = early.filter(isNamed).flatMap((path) => [first.stop.id, `${first.stop.id} ${showTo(path, first.stop)}`])
  return [...found, { ...anyOf('questions-first', named), ...(!early.every(isNamed) && { maybe: true }) }]
}

function restsOn(asking: Stop, changes: readonly Entry[]): boolean {
  const through = (path: Path): boolean => path.steps.some(({ stop }) => stop === asking)
  return changes.some(({ paths }) => paths.some((path) => through(path) && onlyQuestions(path)))
}
