import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

let folder = ''
const children: ChildProcess[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-main-'))
  await writeFile(join(folder, 'rekey.yaml'), 'log: { level: silent }\n')
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

/** Runs a script of the repository, which compiles the sources first. */
function script(name: string, ...args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
  const child = spawn(process.execPath, [join('scripts', name), ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

test('the real program checks a flow and ends with its exit code', { timeout: 120_000 }, async () => {
  const file = join(folder, 'unproven.yaml')
  await writeFile(file, 'flow: unproven\nsteps: [userQuery, reset]\n')
  const child = script('rekey.mjs', 'check', '--format', 'json', file)
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close'), text(child.stderr)])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject([{ code: 'unproven-change', file }])
})

test('the real server hears SIGTERM, and ends well', { timeout: 120_000 }, async () => {
  const child = script('start.mjs', '--port', '0', '--config', join(folder, 'rekey.yaml'))
  const errors = text(child.stderr)
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (printed.includes('\nTry\n')) break
  }
  const url = /listens on (\S+)/.exec(printed)?.[1] ?? `nowhere: ${printed}${await errors}`
  expect((await fetch(`${url}/health`)).status).toBe(200)
  const closed = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await closed).toEqual([0, null])
})
