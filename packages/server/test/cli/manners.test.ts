import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

const COMMAND = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const FLOW = 'flow: reset\nsteps:\n  - userQuery\n  - emailValidation\n  - reset\n'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-manners-'))
  await mkdir(join(cwd, 'flows'))
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: ./flows\n')
  await writeFile(join(cwd, 'flows/reset.yaml'), FLOW)
  await writeFile(join(cwd, 'wrong.yaml'), FLOW.replace('emailValidation', 'emailValidatoin'))
})
afterAll(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  return { code: await run(argv, io), ...io.written }
}

test.for([
  ['a good flow', 'flows/reset.yaml', 0],
  ['a bad one', 'wrong.yaml', 1],
] as const)('a reader that stops early changes nothing about the exit code of %s', async ([, file, wanted]) => {
  expect(inject('buildFault')).toBe('')
  const child = spawn(process.execPath, [COMMAND, 'check', file], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect({ said, code }).toEqual({ said: '', code: wanted })
})

test('a pipe among the flows is not waited for', async () => {
  const pipe = join(cwd, 'flows/pipe.yaml')
  await promisify(execFile)('mkfifo', [pipe])
  const { code, out } = await rekey('check')
  await rm(pipe)
  expect([code, out.endsWith('\n1 flow, no errors, no warnings\n')]).toEqual([0, true])
})

test.for(['--fix', '--dry'])('`check %s` does not pretend to know another format, and repairs nothing', async (option) => {
  expect(await rekey('check', 'wrong.yaml', option, '--format', 'json')).toEqual({
    code: 2,
    out: '',
    err: 'rekey: repairs are told as text: leave out `--format`, or ask for the rest by a second `rekey check`\n',
  })
  expect(await readFile(join(cwd, 'wrong.yaml'), 'utf8')).toContain('emailValidatoin')
})

test('a flow in the place of its tests is told apart from them', async () => {
  expect(await rekey('test', 'flows/reset.yaml')).toEqual({
    code: 2,
    out: '',
    err: 'rekey: `flows/reset.yaml` is no file of tests: those of a flow stand in `flows/reset.test.yaml`\n',
  })
})

test('a file in the place of the folder that is written to is no accident', async () => {
  const written = await rekey('types', 'reset', '--out', 'rekey.yaml')
  expect(written).toEqual({ code: 2, out: '', err: 'rekey: `rekey.yaml/reset.ts` cannot be written (EEXIST)\n' })
  const process = { stageConfigs: [{ name: 'userQuery', validQueryFields: ['mail'] }, { name: 'emailValidation' }, { name: 'resetStage' }] }
  await writeFile(join(cwd, 'selfservice-old.json'), JSON.stringify(process))
  const imported = await rekey('import', 'forgerock', 'selfservice-old.json', '--out', 'rekey.yaml')
  expect(imported).toEqual({ code: 2, out: '', err: 'rekey: `rekey.yaml/old.yaml` cannot be written (EEXIST)\n' })
})

test('nothing of a test steers the terminal', async () => {
  const tests = [
    'test: reset',
    'people: [{ userName: ada, mail: "a\\e[1m@example.org", password: an old secret of Ada }]',
    'cases:',
    '  - name: "\\e[2J\\u202Ethe case"',
    '    acts: [{ start: { answers: [ada] } }]',
    '  - name: "\\e]0;fails\\a"',
    '    acts: [{ start: { answers: [ada] }, asks: approval }]',
    '',
  ].join('\n')
  await writeFile(join(cwd, 'flows/reset.test.yaml'), tests)
  const { code, out } = await rekey('test', '--dry')
  await rm(join(cwd, 'flows/reset.test.yaml'))
  expect(code).toBe(1)
  expect(out).toContain('  ok    ·[2J·the case\n')
  expect(out).toContain('  FAIL  ·]0;fails·\n')
  expect(out).not.toMatch(/[^\P{Cc}\n]|\u202E/u)
})
