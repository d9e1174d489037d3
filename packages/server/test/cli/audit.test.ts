import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { submitTo } from '../wire/call.js'
import { wireServer } from '../wire/server.js'
import { capturedIo } from './captured-io.js'

let folder = ''
let name = ''
let text = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-audit-'))
  const server = await wireServer({ folder, config: { audit: { folder: 'trail', sync: 'always' } } })
  for (let start = 0; start < 5; start++)
    await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: 'mail eq "jdoe@example.com"' } })
  await server.close()
  name = (await readdir(join(folder, 'trail')))[0] ?? ''
  text = await readFile(join(folder, 'trail', name), 'utf8')
})
afterAll(() => rm(folder, { recursive: true }))

async function verify(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = capturedIo(folder)
  const code = await run(['audit', 'verify', ...args], io)
  return { code, ...io.written }
}

async function changedFile(change: (lines: readonly string[]) => readonly string[]): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'changed-')), name)
  await writeFile(path, change(text.split('\n')).join('\n'))
  return path
}

test.for([
  ['the configured folder', []],
  ['a folder', ['trail']],
] as const)('the trail of a server is as it was written: %s', async ([, args]) => {
  const { code, out, err } = await verify(...args)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^chain [0-9a-f]{16}: \d+ lines\n1 files are as they were written\n$/)
})

test('it holds what happened, without who it was about', () => {
  expect(text).toContain('"event":"started"')
  expect(text).toContain('"event":"named"')
  expect(text).not.toMatch(/jdoe|example\.com/)
})

test('a changed, a missing and a moved line are told with their places', async () => {
  const path = await changedFile((lines) => [
    lines[0] ?? '',
    (lines[1] ?? '').replace('started', 'passed!'),
    lines[4] ?? '',
    lines[3] ?? '',
    ...lines.slice(5),
  ])
  const { code, out, err } = await verify(path)
  expect(code).toBe(1)
  expect(err.replaceAll(/^\S+\.jsonl/gm, 'FILE')).toBe(
    'FILE:2: the line is not as it was written\nFILE:3: line 2 of the chain is missing before it\nFILE:4: line 3 of the chain stands out of its place\n',
  )
  expect(out).toContain('3 faults\n')
})

test('a cut tail is told by the head that the log had noted', async () => {
  const path = await changedFile((lines) => [...lines.slice(0, 4), ''])
  const whole = text.trimEnd().split('\n')
  const last = JSON.parse(whole.at(-1) ?? '') as { readonly chain: string; readonly seq: number; readonly mac: string }
  expect((await verify(path)).out).toContain('4 lines, not closed: its process runs, or died, or the end was cut off')
  expect(await verify(path, '--head', `${last.chain}:${last.seq}:${last.mac}`)).toMatchObject({
    code: 1,
    err: `the chain ${last.chain} ends after line 3, and had come to line ${last.seq}\n`,
  })
})

test('what cannot be read is said', async () => {
  expect(await verify('gone.jsonl')).toEqual({ code: 1, out: '', err: 'rekey: `gone.jsonl` cannot be read\n' })
  const { code, err } = await verify('--head', 'x:y:z')
  expect([code, err]).toEqual([2, expect.stringContaining('A chain, a line and a MAC stand here, with colons between them.')])
})
