import { readFileSync } from 'node:fs'
import { compileFlows, SourceFile, type Registry } from '@rekey/core'
import { clientModule } from './client-modules.js'
import type { GeneratedFile } from './generated.js'

const FOLDER = 'examples/typed-client'
const FLOWS: readonly string[] = ['reset', 'reset-by-either']

/**
 * The client modules of the example, made of its flow files.
 * @throws Error when one of them does not compile.
 */
export function generatedClients(registry: Registry): readonly GeneratedFile[] {
  const files = FLOWS.map((id) => {
    const path = `${FOLDER}/flows/${id}.yaml`
    return new SourceFile(path, readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8'))
  })
  const { flows, diagnostics } = compileFlows(files, registry)
  const [error] = diagnostics.filter(({ severity }) => severity === 'error')
  if (error) throw new Error(`${error.file.path}: ${error.message}`)
  return flows.map((flow) => ({ path: `${FOLDER}/src/${flow.id}.ts`, text: clientModule(flow, registry) }))
}
