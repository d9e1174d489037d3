import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFlows, createRegistry, printText, SourceFile, type CompiledFlow, type Registry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { clientModule } from '../../src/cli/client-modules.js'
import { readFlowFiles } from '../../src/config/flow-files.js'
import { dialects } from '../../src/dialects/index.js'

export const registry: Registry = createRegistry([builtInSteps], dialects)

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** Every flow that ships. */
export async function shippedFlows(): Promise<readonly CompiledFlow[]> {
  return compiled(await readFlowFiles(join(ROOT, 'flows'), ROOT))
}

/** The flow of a text. @throws Error when it does not compile. */
export function flowOf(text: string): CompiledFlow {
  const [flow] = compiled([new SourceFile('flow.yaml', text)])
  if (!flow) throw new Error('there is no flow')
  return flow
}

function compiled(files: readonly SourceFile[]): readonly CompiledFlow[] {
  const { flows, diagnostics } = compileFlows(files, registry)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(printText(errors))
  return flows
}

export function moduleOf(flow: CompiledFlow): string {
  return clientModule(flow, registry)
}
