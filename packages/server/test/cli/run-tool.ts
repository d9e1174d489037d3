import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Programs that authors of plugins use. */
const TOOLS = {
  tsc: join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc'),
  vitest: join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs'),
} as const

/** Runs a tool in a folder, as the author's shell would: nothing of this process's environment but the path. @returns what it said, and how it ended. */
export async function runTool(
  tool: keyof typeof TOOLS,
  args: readonly string[],
  folder: string,
): Promise<{ readonly code: number; readonly said: string }> {
  const env = { PATH: process.env['PATH'] ?? '', NO_COLOR: '1' }
  const child = spawn(process.execPath, [TOOLS[tool], ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, said }
}
