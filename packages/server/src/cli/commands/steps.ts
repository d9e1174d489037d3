import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { stepsReference } from '../steps-reference.js'
import { openWorkspace, printFaults } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

/** Prints the reference of all steps, those of plugins included. */
export async function steps(io: Io, options: ConfigOption): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.faults
  }
  io.out(stepsReference(workspace.value.registry))
  return EXIT.good
}
