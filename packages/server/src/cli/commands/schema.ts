import { flowSchema } from '@rekey/core'
import { configSchemaDocument } from '../../config/schema.js'
import { dialects } from '../../dialects/index.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { openWorkspace, printFaults } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

/** Prints the JSON Schema of flow files, with the steps of all plugins, or that of the configuration. */
export async function schema(io: Io, of: 'flow' | 'config', options: ConfigOption): Promise<number> {
  if (of === 'config') {
    io.out(`${JSON.stringify(configSchemaDocument(dialects), undefined, 2)}\n`)
    return EXIT.good
  }
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.faults
  }
  io.out(`${JSON.stringify(flowSchema(workspace.value.registry), undefined, 2)}\n`)
  return EXIT.good
}
