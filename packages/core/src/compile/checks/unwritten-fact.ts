import { quote } from '../../diagnostics/quote.js'
import { parseFactName, type FactName } from '../fact-name.js'
import type { LinkedStep } from '../linked-flow.js'
import { shortest, showWay, stepsOf, type ConditionPoint, type PathPoint, type Way } from '../path.js'
import { defineCheck, type CheckContext } from './define-check.js'

/** Every fact is written before it is read, on every path. A step reads by `<step type>.<fact>`: the nearest earlier step of that type. */
export const unwrittenFact = defineCheck({
  code: 'unwritten-fact',
  severity: 'error',
  run(context) {
    for (const point of context.path) checkStep(context, point)
    for (const point of context.walk.conditions) checkCondition(context, point)
  },
})

function checkStep({ path, report }: CheckContext, { step, at, ways }: PathPoint): void {
  const seen = ways.filter(({ standing }) => !standing.blind)
  for (const [name, schema] of Object.entries(step.definition.reads ?? {})) {
    if (seen.length === 0) continue
    const fact = parseFactName(name)
    const without = shortest(seen, (way) => !writerOn(way, fact))
    if (without) {
      const some = seen.some((way) => writerOn(way, fact))
      report(
        step,
        `${quote(step.id)} reads the fact ${quote(name)}, which ${some ? `the path ${showWay(without, step)} does not write` : 'no step before it writes'}`,
        {
          steps: [step.id],
          help: some ? `put ${quote(fact.type)} before it on every path` : helpUnwritten(path, at, fact.type),
        },
      )
      continue
    }
    const writer = seen.map((way) => writerOn(way, fact)).find((one) => one?.writes[fact.fact]?.type !== schema.type)
    if (!writer) continue
    const types = `${writer.writes[fact.fact]?.type ?? 'anything'}, not ${schema.type ?? 'anything'}`
    report(step, `${quote(step.id)} reads the fact ${quote(name)}, which ${quote(writer.id)} writes as ${types}`, { steps: [step.id] })
  }
}

/** The nearest step of a way that has written a fact. */
function writerOn(way: Way, { type, fact }: FactName): LinkedStep | undefined {
  return stepsOf(way).findLast(({ definition, writes }) => definition.type === type && Object.hasOwn(writes, fact))
}

/** A condition reads by step id. Where `has` stands before, the step must have been on some path; else on all. */
function checkCondition({ report }: CheckContext, { item, when, ways }: ConditionPoint): void {
  if (when.is === 'faulty') return
  const seen = ways.filter(({ standing }) => !standing.blind)
  const told = new Set<string>()
  for (const { step, fact, guarded } of seen.length === 0 ? [] : when.uses.facts) {
    const wrote = (way: Way): boolean => stepsOf(way).some(({ id }) => id === step)
    const without = shortest(seen, (way) => !wrote(way))
    const some = seen.some(wrote)
    if (!without || (guarded && some) || told.has(step)) continue
    told.add(step)
    const to = item.is === 'step' ? item : undefined
    const path =
      some && to ? `the path ${showWay(without, to)} does not write` : some ? 'not every path writes' : 'no step before it writes'
    report(
      { ...when.at, ...(item.includedAt && { includedAt: item.includedAt }) },
      `the condition of ${quote(item.id)} asks for the fact ${quote(`${step}.${fact}`)}, which ${path}`,
      {
        steps: [item.id],
        help: some ? `ask first whether it is there: \`has(facts.${step}.${fact}) && …\`` : `put ${quote(step)} before it`,
      },
    )
  }
}

function helpUnwritten(path: readonly PathPoint[], at: number, type: string): string {
  const later = path.find(({ step, at: place }) => place > at && step.definition.type === type)
  return later ? `move ${quote(later.step.id)} up, before it` : `put the step \`${type}\` before it`
}
