import { KeyFileFault } from '../adapters/keys/key-file.js'
import { CannotOpen } from '../compose/cannot-open.js'
import type { Closers } from '../compose/ports.js'
import type { Config } from '../config/config.js'
import { EXIT } from './io.js'
import type { Io } from './io.js'
import { printFaults, readConfig } from './workspace.js'
import type { ConfigOption } from './workspace.js'

/**
 * Runs a command over parts of the configured server, and lets go of what it has opened. A configuration with faults, and a part that cannot be
 * opened, end it with a word to the operator.
 * @param act opens what it needs and adds how to close it; it gives the exit code.
 */
export async function withParts(
  io: Io,
  options: ConfigOption,
  act: (config: Config, closers: Closers) => Promise<number>,
): Promise<number> {
  const config = await readConfig(io, options)
  if (config.is === 'faults') {
    printFaults(io, config.faults)
    return EXIT.faults
  }
  const closers: Closers = []
  try {
    return await act(config.value, closers)
  } catch (error) {
    if (!(error instanceof CannotOpen || error instanceof KeyFileFault)) throw error
    io.err(`rekey: ${error.message}\n`)
    return EXIT.faults
  } finally {
    for (const closer of closers.toReversed()) await closer()
  }
}
