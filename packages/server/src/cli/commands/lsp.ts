import { Console } from 'node:console'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import type { ConfigOption } from '../workspace.js'

/** Speaks the Language Server Protocol over standard input and output until the editor leaves. */
export async function lsp(io: Io, { config }: ConfigOption): Promise<number> {
  // Standard output belongs to the protocol: what plugins print goes beside it.
  globalThis.console = new Console(process.stderr, process.stderr)
  const { serveEditor } = await import('../../lsp/language-server.js')
  await serveEditor({
    input: process.stdin,
    output: process.stdout,
    env: io.env,
    cwd: io.cwd,
    ...(config !== undefined && { config }),
  })
  return EXIT.good
}
