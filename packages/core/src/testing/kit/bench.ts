import { MemoryDirectory } from '../../memory/memory-directory.js'
import type { Principal } from '../../ports/directory.js'
import type { StepDefinition } from '../../step/define-step.js'
import type { JsonObject } from '../../step/json.js'
import type { Properties } from '../../step/schema.js'
import { openServices } from './given.js'
import { answersFor, settingsFor, withDefaults } from './made-values.js'
import { SAMPLE_PERSON, SAMPLE_QUESTIONS } from './sample-person.js'
import type { StepSamples } from './step-samples.js'
import { made, visitOf, type Visit, type VisitWishes } from './visit.js'
import { newWatch } from './watched.js'

/** A step on the bench: what it is tried with, and the way to try it. */
export interface Bench {
  readonly step: StepDefinition
  readonly samples: StepSamples
  readonly person: Principal
  /** As flows write them; the first is the one that answers are right for. */
  readonly settings: readonly JsonObject[]
  /** Answers that the schema lets through, none of them made to be right. */
  readonly answers: readonly JsonObject[]
  readonly answerSchema: (settings: JsonObject) => Properties
  visit(wishes?: VisitWishes): Promise<Visit>
  /** The ordinary visits: every setting, every answer, the right one first. Made once. */
  visits(): Promise<readonly Visit[]>
}

/** Puts a step on the bench. @throws UnfitSamples when a service is missing that only its author can double. */
export async function benchFor(step: StepDefinition, samples: StepSamples = {}): Promise<Bench> {
  const settings = samples.settings?.length ? samples.settings : settingsFor(step.settings)
  const first = settings[0] ?? {}
  const known = await new MemoryDirectory([SAMPLE_PERSON], { questions: SAMPLE_QUESTIONS }).read('p-sample')
  if (!known) throw new RangeError('the sample person is not in the directory')
  // Behind the registry the types of a step's settings are known by schema only.
  const loose = step as unknown as { answerFor?: (settings: JsonObject) => Properties }
  const answerSchema = (given: JsonObject) => loose.answerFor?.(withDefaults(step.settings, given)) ?? step.answer
  const person = { ...known, ...samples.person }
  const answers = made(() => answersFor(answerSchema(first), step.required), [])
  let visits: Promise<readonly Visit[]> | undefined
  const bench: Bench = {
    step,
    samples,
    person,
    settings,
    answers,
    answerSchema,
    visit: (wishes = {}) => visitOf(bench, { settings: first, ...wishes }),
    visits: () => (visits ??= ordinary(bench)),
  }
  await openServices(step, samples, newWatch())
  return bench
}

async function ordinary(bench: Bench): Promise<readonly Visit[]> {
  const visits = [await bench.visit()]
  for (const settings of bench.settings.slice(1)) visits.push(await bench.visit({ settings }))
  if (bench.step.kind !== undefined) for (const answer of bench.answers) visits.push(await bench.visit({ answer }))
  return visits
}
