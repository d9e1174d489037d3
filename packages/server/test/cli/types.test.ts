import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-types-cli-'))
  await mkdir(join(cwd, 'flows'))
  await mkdir(join(cwd, 'broken'))
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: ./flows\n')
  await writeFile(join(cwd, 'broken.yaml'), 'flows: ./broken\n')
  await writeFile(
    join(cwd, 'flows', 'reset.yaml'),
    'flow: reset\nspeaks:\n  forgerock: { as: staffReset }\nsteps: [userQuery, emailValidation, reset]\n',
  )
  await writeFile(
    join(cwd, 'flows', 'twice.yaml'),
    'flow: twice\nspeaks: [airlock]\nsteps:\n  - userQuery\n  - choose:\n      - emailValidation\n      - emailValidation:\n        id: again\n        when: size(principal.kba) >= 1\n  - reset\n',
  )
  await writeFile(join(cwd, 'broken', 'good.yaml'), 'flow: good\nsteps: [userQuery, emailValidation, reset]\n')
  await writeFile(join(cwd, 'broken', 'bad.yaml'), 'flow: bad\nsteps: [userQuery, reset]\n')
})
afterAll(() => rm(cwd, { recursive: true }))

async function types(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(['types', ...argv], io)
  return { code, ...io.written }
}

test('one flow that is named is printed, with a transport that knows its name on the wire', async () => {
  const { code, out, err } = await types('reset')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^\/\/ Made by `rekey types` from the flow reset, [^\n]+\.\n/)
  expect(out).toContain("process = 'staffReset'")
})

test('all flows are written into a folder, with a word on what their modules cannot do', async () => {
  const { code, out, err } = await types('--out', 'made')
  expect({ code, out, files: await readdir(join(cwd, 'made')) }).toEqual({
    code: 0,
    out: `wrote ${join('made', 'reset.ts')}\nwrote ${join('made', 'twice.ts')}\n`,
    files: ['reset.ts', 'twice.ts'],
  })
  expect(err.split('\n')).toEqual([
    'rekey: twice: no dialect of the flow has a client yet, so its module needs a transport of your own',
    'rekey: twice: `emailValidation` and `again` may come at the same place and look alike to a client, which meets both as `unknown`',
    '',
  ])
  expect(await readFile(join(cwd, 'made', 'reset.ts'), 'utf8')).toBe((await types('reset')).out)
})

test.for([
  ['several flows without a folder', [], 2, /^rekey: 2 flows make 2 modules: say where to with `--out FOLDER`, or name one flow\n$/],
  ['a slip', ['rest'], 1, /^rekey: there is no flow `rest`; did you mean `reset`\?\n$/],
  [
    'a flow that does not compile',
    ['bad', '--config', 'broken.yaml'],
    1,
    /error\[unproven-change\].*rekey: there is no flow `bad` among those without errors\n$/s,
  ],
  ['a folder with a flow that does not compile', ['--config', 'broken.yaml', '--out', 'made'], 1, /error\[unproven-change\]/],
] as const)('given %s says what to do', async ([, argv, wanted, words]) => {
  const { code, out, err } = await types(...argv)
  expect({ code, out }).toEqual({ code: wanted, out: '' })
  expect(err).toMatch(words)
})

test('a good flow beside one that does not compile is printed all the same', async () => {
  const { code, err } = await types('good', '--config', 'broken.yaml')
  expect({ code, err }).toEqual({ code: 0, err: '' })
})
