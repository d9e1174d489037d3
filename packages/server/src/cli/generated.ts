import { flowSchema, createRegistry } from '@rekey/core'
import { flowTestSchema } from '@rekey/core/flow-test'
import { builtInSteps } from '@rekey/steps'
import { configReference } from '../config/reference.js'
import { dialects } from '../dialects/index.js'
import { explanationsFile } from './explanations.js'
import { generatedClients } from './generated-clients.js'
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
    { path: 'flows/flow-test.schema.json', text: `${JSON.stringify(flowTestSchema(), undefined, 2)}\n` },
    { path: 'docs/steps.md', text: stepsReference(registry) },
    { path: 'docs/configuration.md', text: configReference(dialects) },
    { path: 'packages/server/explanations.json', text: explanationsFile() },
    ...generatedClients(registry),
  ]
}
