import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

const STEPS = '  - emailValidation\n'

const FILES = {
  'rekey.yaml': 'flows: ./flows\n',
  'alone.yaml': 'flows: ./flows/staff/reset.yaml\nport: 0\nlog: { level: silent }\n',
  'leaving.yaml': 'flows: ./leaving\nport: 0\nlog: { level: silent }\n',
  'outside.yaml': `fragment: outside\nsteps:\n${STEPS}`,
  'leaving/reset.yaml': 'flow: leaving\nsteps:\n  - userQuery\n  - include: ../outside.yaml\n  - reset\n',
  'flows/shared/confirm.yaml': `fragment: confirm\nsteps:\n${STEPS}`,
  'flows/staff/reset.yaml': 'flow: staff-reset\nsteps:\n  - userQuery\n  - include: ../shared/confirm.yaml\n  - reset\n',
  'flows/staff/reset.test.yaml': [
    'test: staff-reset',
    'on: forgerock',
    'people: [{ userName: ada, mail: ada@example.org, password: an old secret of Ada }]',
    'cases:',
    '  - name: the case',
    '    acts: [{ start: { answers: [ada] }, asks: code }]',
    '',
  ].join('\n'),
} as const

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-includes-'))
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
})
afterAll(() => rm(folder, { recursive: true }))

async function rekey(from: string, ...argv: readonly string[]) {
  const io = capturedIo(join(folder, from))
  return { code: await run(argv, io), ...io.written }
}

describe('a flow whose fragment stands in the folder beside', () => {
  test.for([
    ['all flows', ['check'], 'no errors, no warnings'],
    ['the file', ['check', 'flows/staff/reset.yaml'], 'no errors, no warnings'],
    ['its diagram', ['graph', 'staff-reset'], 'confirm.emailValidation'],
    ['its client', ['types', 'staff-reset'], "state: 'confirm.emailValidation'"],
    ['its tests', ['test', 'flows/staff'], 'none failed'],
    ['the file against itself', ['diff', 'flows/staff/reset.yaml', 'flows/staff/reset.yaml'], ''],
  ] as const)('is whole from the root: %s', async ([, argv, words]) => {
    const { code, out, err } = await rekey('.', ...argv)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(words)
  })

  test.for([
    ['all flows', ['check', '-c', '../../rekey.yaml'], 'no errors, no warnings'],
    ['the file', ['check', '-c', '../../rekey.yaml', 'reset.yaml'], 'no errors, no warnings'],
    ['the file without a configuration', ['check', 'reset.yaml'], 'no errors, no warnings'],
    ['its diagram', ['graph', '-c', '../../rekey.yaml', 'reset.yaml'], 'confirm.emailValidation'],
    ['its tests', ['test', '-c', '../../rekey.yaml', 'reset.test.yaml'], 'none failed'],
    ['its tests without a configuration', ['test', 'reset.test.yaml'], 'none failed'],
    ['the file against itself', ['diff', '-c', '../../rekey.yaml', 'reset.yaml', 'reset.yaml'], ''],
  ] as const)('is whole from its own folder: %s', async ([, argv, words]) => {
    const { code, out, err } = await rekey('flows/staff', ...argv)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(words)
  })

  test.for([
    ['the root', '.', ['-c', 'rekey.yaml', 'flows/staff/reset.yaml']],
    ['its own folder', 'flows/staff', ['-c', '../../rekey.yaml', 'reset.yaml']],
  ] as const)('is compared with a commit from %s', async ([, from, argv]) => {
    const git = (...args: readonly string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: folder })
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '--allow-empty', '--message', 'all')
    const { code, err } = await rekey(from, 'diff', '--git', 'HEAD', ...argv)
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('is served where it is the only file', async () => {
    const io = capturedIo(folder)
    const served = run(['serve', '-c', 'alone.yaml'], io)
    await io.untilWritten('staff-reset')
    io.stop()
    expect([await served, io.written.err]).toEqual([0, ''])
  })
})

describe('a fragment outside of the flows', () => {
  test.for(['check', 'serve', 'graph leaving', 'types leaving', 'test leaving/none.test.yaml'])(
    'is not there for `%s`',
    async (command) => {
      await writeFile(join(folder, 'leaving/none.test.yaml'), 'test: leaving\ncases: [{ name: one, acts: [{ start: }] }]\n')
      const { code, out, err } = await rekey('.', ...command.split(' '), '-c', 'leaving.yaml')
      expect(code).toBe(1)
      expect(`${out}${err}`).toContain('leaving/reset.yaml:4:14 error[missing-fragment]')
    },
  )

  test('is found by a file that is looked at by itself', async () => {
    expect((await rekey('.', 'check', 'leaving')).code).toBe(0)
  })
})
