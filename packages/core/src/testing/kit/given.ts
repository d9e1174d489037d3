import type { AnyContext } from '../../engine/program.js'
import type { StepDefinition } from '../../step/define-step.js'
import type { JsonObject } from '../../step/json.js'
import type { Properties } from '../../step/schema.js'
import { Secret } from '../../step/secret.js'
import { valuesFor } from './made-values.js'
import { SAMPLE_SERVICES } from './sample-services.js'
import { UnfitSamples, type StepSamples } from './step-samples.js'
import { noteCalls, type Watch } from './watched.js'

/** What the step injects: the author's doubles before ours, every call noted. @throws UnfitSamples when one is missing. */
export async function openServices(
  { inject }: StepDefinition,
  samples: StepSamples,
  watch: Watch,
): Promise<{ readonly [name: string]: unknown }> {
  const provisions = [...SAMPLE_SERVICES, ...(samples.provides ?? [])]
  const opened: Record<string, unknown> = {}
  for (const [key, { name }] of Object.entries(inject)) {
    const provision = provisions.findLast(({ service }) => service.name === name)
    if (!provision)
      throw new UnfitSamples(
        `the step injects \`${name}\`, and nothing provides a double of it`,
        `add \`provides: [provide(${name}, () => yourDouble)]\` to its samples`,
      )
    opened[key] = noteCalls(name, await provision.open({ folder: process.cwd(), env: {} }), watch)
  }
  return opened
}

/** Settings as a handler gets them: what the schema marks `secret` is one. */
export function sealedSettings(properties: Properties, settings: JsonObject): JsonObject {
  const sealed = Object.entries(settings).map(([name, value]) => [
    name,
    properties[name]?.secret === true && typeof value === 'string' ? new Secret(value) : value,
  ])
  // Secrets among them are of the type that the schema promised the step.
  return Object.fromEntries(sealed) as JsonObject
}

/** What of the request reaches the step. */
export function takenBy({ takes = [] }: StepDefinition, request: AnyContext['request']): AnyContext['request'] {
  const names: readonly string[] = takes.includes('bearer') ? [...takes, 'subjects'] : takes
  return Object.fromEntries(Object.entries(request).filter(([name]) => names.includes(name)))
}

/** The facts that a step reads: those of the samples, others made from their schema. */
export function factsFor({ reads = {} }: StepDefinition, { facts = {} }: StepSamples): JsonObject {
  return Object.fromEntries(
    Object.entries(reads).flatMap(([name, schema]) => {
      const value = facts[name] ?? valuesFor(schema)[0]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
