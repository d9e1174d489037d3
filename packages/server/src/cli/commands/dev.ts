import { dirname, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { printText } from '@rekey/core'
import type { Running } from '../../compose.js'
import type { Reloaded } from '../../compose/reload-flows.js'
import type { Config } from '../../config/config.js'
import { shownPath } from '../../config/shown-path.js'
import type { Io } from '../io.js'
import { watchFiles } from '../watch-files.js'
import { printFaults, readConfig } from '../workspace.js'
import { serveWith } from './serve.js'
import type { ServeOptions } from './serve.js'

/**
 * Serves like `serve`, with the aids of development on, and serves each flow file anew when it is saved. A file with an error leaves its
 * last good flow as it is.
 */
export function dev(io: Io, options: ServeOptions): Promise<number> {
  return serveWith(io, options, { dev: true }, async (running, config) => {
    const configFile = resolve(io.cwd, config.source.file.path)
    const watching = await watchFiles([await folderOf(config.flows), configFile], async (changed) => {
      if (changed.includes(configFile)) await sayRestart(io, options, configFile)
      if (changed.some((path) => path !== configFile)) await serveAnew(io, running, changed.length)
    })
    io.out(`watching ${shownPath(config.flows, io.cwd)} and ${shownPath(configFile, io.cwd)}\n`)
    return () => watching.close()
  })
}

/** A flow that stands alone may include fragments that stand beside it. */
async function folderOf(flows: Config['flows']): Promise<string> {
  return (await stat(flows)).isDirectory() ? flows : dirname(flows)
}

async function serveAnew(io: Io, running: Running, files: number): Promise<void> {
  try {
    io.out(printReloaded(await running.reload(), io.color))
  } catch (error) {
    // A file that went away while it was read, or a flow that cannot run here: the next save mends it, and all is served as before.
    io.out(`${files === 1 ? 'the file' : 'the files'} could not be taken up: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

/** What changed, in one line for each kind of change, below what was found in the files. */
function printReloaded({ diagnostics, changed, kept, gone, notServed }: Reloaded, color: boolean): string {
  const lines = [
    changed.length > 0 && `served anew: ${changed.join(', ')}`,
    kept.length > 0 && `kept as before, until the errors are mended: ${kept.join(', ')}`,
    gone.length > 0 && `served no more: ${gone.join(', ')}`,
    ...notServed.map(({ id, why }) => `not served: ${id}: ${why}`),
    changed.length + kept.length + gone.length === 0 && 'nothing has changed for callers',
  ]
  const found = diagnostics.length === 0 ? '' : `${printText(diagnostics, { color })}\n`
  return `\n${found}${lines
    .filter((line) => line !== false)
    .map((line) => `${line}\n`)
    .join('')}`
}

/** The configuration decides about ports, stores and keys, which a running server does not change. */
async function sayRestart(io: Io, options: ServeOptions, configFile: string): Promise<void> {
  const config = await readConfig(io, options, { ...options, dev: true })
  if (config.is === 'faults') printFaults(io, config.faults)
  const name = shownPath(configFile, io.cwd)
  io.out(
    config.is === 'faults'
      ? `${name} has errors: the server goes on with what it read at its start\n`
      : `${name} has changed: restart \`rekey dev\` to take it up\n`,
  )
}
