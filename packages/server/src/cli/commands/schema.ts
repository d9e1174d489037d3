import { flowSchema } from '@rekey/core'
import type { JsonObject } from '@rekey/core'
import { configSchemaDocument } from '../../config/schema.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { openWorkspace, printFaults, readDialects } from '../workspace.js'
import type { ConfigOption, Loaded } from '../workspace.js'

/** Prints the JSON Schema of flow files, with the steps and dialects of all plugins, or that of the configuration. */
export async function schema(io: Io, of: 'flow' | 'config', options: ConfigOption): Promise<number> {
  const drawn = await (of === 'config' ? configDocument(io, options) : flowDocument(io, options))
  if (drawn.is === 'faults') {
    printFaults(io, drawn.faults)
    return EXIT.faults
  }
  io.out(`${JSON.stringify(drawn.value, undefined, 2)}\n`)
  return EXIT.good
}

async function configDocument(io: Io, options: ConfigOption): Promise<Loaded<JsonObject>> {
  const dialects = await readDialects(io, options)
  return dialects.is === 'faults' ? dialects : { is: 'loaded', value: configSchemaDocument(dialects.value) }
}

async function flowDocument(io: Io, options: ConfigOption): Promise<Loaded<JsonObject>> {
  const workspace = await openWorkspace(io, options)
  return workspace.is === 'faults' ? workspace : { is: 'loaded', value: flowSchema(workspace.value.registry) }
}
