import { factsIn } from './question.js'
import { anyOf, shortest, showTo, type Finding } from './finding.js'
import type { AskedPoint, Entry, Path, Walked } from './walk.js'

/** Whatever reads a fact stands behind the step that writes it, on every path; behind `has` on one path at least. */
export function facts({ entries, questions }: Walked): readonly Finding[] {
  return [...entries.flatMap(ofStep), ...questions.flatMap(ofCondition)]
}

function ofStep({ stop, paths }: Entry): readonly Finding[] {
  return stop.rule.reads.flatMap((name): readonly Finding[] => {
    const [type, fact = ''] = name.split('.')
    const wrote = (path: Path): boolean => path.steps.some((step) => step.stop.rule.type === type && step.stop.rule.writes.includes(fact))
    const without = paths.filter((path) => !wrote(path))
    if (without.length === 0) return []
    if (without.length === paths.length) return [anyOf('unwritten-fact', [`${stop.id} ${name}`])]
    return [
      anyOf(
        'unwritten-fact',
        shortest(without).map((path) => `${stop.id} ${name} ${showTo(path, stop)}`),
      ),
    ]
  })
}

function ofCondition({ item, asked, paths }: AskedPoint): readonly Finding[] {
  const told = new Set<string>()
  return factsIn(asked.question).flatMap(({ step, fact, guarded }): readonly Finding[] => {
    const without = paths.filter((path) => path.steps.every(({ stop }) => stop.id !== step))
    const some = without.length < paths.length
    if (without.length === 0 || (guarded && some) || told.has(step)) return []
    told.add(step)
    const subject = `condition ${item.id} ${step}.${fact}`
    if (!some) return [anyOf('unwritten-fact', [subject])]
    if (!item.to) return [anyOf('unwritten-fact', [`${subject} somewhere`])]
    const { to } = item
    return [
      anyOf(
        'unwritten-fact',
        shortest(without).map((path) => `${subject} ${showTo(path, to)}`),
      ),
    ]
  })
}
