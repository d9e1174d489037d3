import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-fix-'))
})
afterEach(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(argv, io)
  return { code, ...io.written }
}

const write = (name: string, text: string) => writeFile(join(cwd, name), text)
const read = (name: string) => readFile(join(cwd, name), 'utf8')

const BROKEN = 'flow: reset\nsteps:\n  - userQuery\n  - emailValidatoin\n  - reset\n'
const WHOLE = BROKEN.replace('emailValidatoin', 'emailValidation')

test('repairs files in place, says what it did, and leaves nothing behind', async () => {
  await write('reset.yaml', BROKEN)
  expect(await rekey('check', '--fix', 'reset.yaml')).toEqual({
    code: 0,
    err: '',
    out: 'reset.yaml:4:5 unknown-step: write `emailValidation`\n\n1 repair in 1 file; nothing left\n',
  })
  expect({ text: await read('reset.yaml'), files: await readdir(cwd) }).toEqual({ text: WHOLE, files: ['reset.yaml'] })
})

test('prints what is left, and fails when that is an error', async () => {
  await write('reset.yaml', 'flow: reset\nsteps:\n  - userQurey\n  - reset\n')
  const { code, out } = await rekey('check', '--fix', 'reset.yaml')
  expect(code).toBe(1)
  expect(out).toMatch(/^reset\.yaml:3:5 unknown-step: write `userQuery`\n\nreset\.yaml:4:5 error\[unproven-change\]: /)
  expect(out).toMatch(/\n1 repair in 1 file; 1 left\n$/)
})

test('with --dry shows the lines and writes nothing', async () => {
  await write('reset.yaml', BROKEN)
  expect(await rekey('check', '--fix', '--dry', 'reset.yaml')).toEqual({
    code: 0,
    err: '',
    out: `reset.yaml
@@ line 4 @@
-   - emailValidatoin
+   - emailValidation

reset.yaml:4:5 unknown-step: write \`emailValidation\`

1 repair in 1 file, nothing written; nothing left
`,
  })
  expect(await read('reset.yaml')).toBe(BROKEN)
})

test('--dry shows added and deleted lines where they are', async () => {
  const text = `flow: reset
allow:
  - code: questions-alone
    reason: gone
steps:
  - userQuery
  - emailValidation: { length: 8, attempts: 2 }
  - reset
`
  await write('reset.yaml', text)
  const { out } = await rekey('check', '--fix', '--dry', 'reset.yaml')
  expect(out.slice(0, out.indexOf('\n\n'))).toBe(`reset.yaml
@@ line 2 @@
- allow:
-   - code: questions-alone
-     reason: gone
@@ line 7 @@
-   - emailValidation: { length: 8, attempts: 2 }
+   - emailValidation: { length: 8 }
+     attempts: 2`)
})

test('--dry shows no secret', async () => {
  await write(
    'generate.yaml',
    'flow: generate\nsteps:\n\t- trustedCaller: { secret: "hunter2-and-so-on" }\n\t- userQuery\n\t- generatePassword\n',
  )
  const { out } = await rekey('check', '--fix', '--dry', 'generate.yaml')
  expect(out).toContain('@@ line 3 @@')
  expect(out).not.toContain('hunter2')
})

test('leaves whole files, their permissions and everything else alone', async () => {
  await write('whole.yaml', WHOLE.replace('flow: reset', 'flow: whole # as it is'))
  await write('reset.yaml', BROKEN)
  await chmod(join(cwd, 'reset.yaml'), 0o600)
  const before = await stat(join(cwd, 'whole.yaml'))
  expect((await rekey('check', '--fix', '.')).out).toMatch(/1 repair in 1 file; nothing left\n$/)
  const [whole, reset] = [await stat(join(cwd, 'whole.yaml')), await stat(join(cwd, 'reset.yaml'))]
  expect({ same: whole.ino === before.ino && whole.mtimeMs === before.mtimeMs, mode: reset.mode & 0o777 }).toEqual({
    same: true,
    mode: 0o600,
  })
})

test('has nothing to do where nothing is wrong', async () => {
  await write('reset.yaml', WHOLE)
  expect(await rekey('check', '--fix', 'reset.yaml')).toEqual({ code: 0, err: '', out: '\nno repairs in no files; nothing left\n' })
})

test('a second run repairs nothing more', async () => {
  await write('reset.yaml', BROKEN.replace('flow: reset', 'flow: Reset It').replaceAll('  - ', '\t- '))
  await rekey('check', '--fix', 'reset.yaml')
  const once = await read('reset.yaml')
  expect((await rekey('check', '--fix', 'reset.yaml')).out).toBe('\nno repairs in no files; nothing left\n')
  expect({ once, again: await read('reset.yaml') }).toEqual({ once: WHOLE.replace('flow: reset', 'flow: reset-it'), again: once })
})

test('GitHub gets one command for each report, and nothing else', async () => {
  await write('a,b.yaml', BROKEN)
  await write('whole.yaml', WHOLE.replace('flow: reset', 'flow: whole'))
  expect(await rekey('check', '--format', 'github', '.')).toEqual({
    code: 1,
    err: '',
    out: '::error file=a%2Cb.yaml,line=4,endLine=4,col=5,endColumn=20,title=unknown-step::there is no step type `emailValidatoin`%0Ahelp: did you mean `emailValidation`?%0Adocs: docs/diagnostics/unknown-step.md\n',
  })
  await write('rekey.yaml', 'prot: 1\n')
  expect((await rekey('check', '--format', 'github')).out).toMatch(
    /^::error file=rekey\.yaml,line=1,endLine=1,col=1,endColumn=5,title=config-unknown-key::/,
  )
})
