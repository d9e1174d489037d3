import { flowSchema, createRegistry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { configReference } from '../config/reference.js'
import { dialects } from '../dialects/index.js'
import { stepsReference } from './steps-reference.js'

/** A file of the repository that is written by a program. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** All generated files, from the steps, dialects and keys that ship. */
export function generatedFiles(): readonly GeneratedFile[] {
  const registry = createRegistry([builtInSteps], dialects)
  return [
    { path: 'flows/flow.schema.json', text: `${JSON.stringify(flowSchema(registry), undefined, 2)}\n` },
    { path: 'docs/steps.md', text: stepsReference(registry) },
    { path: 'docs/configuration.md', text: configReference(dialects) },
  ]
}
