import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { submit, mailedCode } from '../examples/selfservice.js'
import { startCommand, type Server } from '../processes/server.js'
import { capturedIo } from './captured-io.js'
import { runTool } from './run-tool.js'

/** Inside this package, so that what is written finds Rekey and its tools as an installed package would. */
const REACH = fileURLToPath(new URL('../../.cache', import.meta.url))

let cwd = ''
let folder = ''
let built = { code: -1, said: '' }
beforeAll(async () => {
  await mkdir(REACH, { recursive: true })
  cwd = await mkdtemp(join(REACH, 'new-step-'))
  folder = join(cwd, 'acme-badge-number')
  await newStep('acme/badgeNumber')
  built = await runTool('tsc', ['-p', '.'], folder)
})
afterAll(() => rm(cwd, { recursive: true }))

async function newStep(...args: readonly string[]) {
  const io = capturedIo(cwd)
  return { code: await run(['new', 'step', ...args], io), ...io.written }
}

describe('a new step', () => {
  let server: Server
  afterAll(() => server?.stop())

  test('is a package of ten files', async () => {
    const io = capturedIo(cwd)
    expect(await run(['new', 'step', 'acme/badgeNumber', '--dir', 'listed'], io)).toBe(0)
    const files = [
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
      '.gitignore',
      'README.md',
      'rekey.yaml',
      'flows/badge-number.yaml',
      'src/index.ts',
      'src/badge-number.ts',
      'test/badge-number.test.ts',
    ]
    expect(io.written.out).toBe(
      `wrote listed:\n${files.map((path) => `  ${path}\n`).join('')}\nnext: cd listed && npm install && npm test\n`,
    )
    const there = await readdir(join(cwd, 'listed'), { recursive: true, withFileTypes: true })
    expect(there.filter((entry) => entry.isFile()).length).toBe(files.length)
  })

  test('builds, and its tests pass', async () => {
    expect(built).toEqual({ code: 0, said: '' })
    const { code, said } = await runTool('vitest', ['run'], folder)
    expect([code, /Tests {2}(\d+ passed)/.exec(said)?.[1]]).toEqual([0, '20 passed'])
  })

  test('has a flow that `rekey check` has nothing against', async () => {
    const io = capturedIo(folder)
    expect(await run(['check'], io)).toBe(0)
    expect(io.written.out).toContain('badge-number (flows/badge-number.yaml)\n')
    expect(io.written.out).toContain('\n1 flow, no errors, no warnings\n')
  })

  test('asks, refuses and lets on in a whole conversation', async () => {
    const config = join(folder, 'test.yaml')
    await writeFile(config, `${await readFile(join(folder, 'rekey.yaml'), 'utf8')}port: 0\nlog: { level: silent }\n`)
    server = await startCommand(config)
    const say = (input: Parameters<typeof submit>[2], token?: string) => submit(server.url, 'badge-number', input, token)
    const refused = await say({ accept: false })
    expect(refused.status).toBe(400)
    const accepted = await say({ accept: true })
    expect([accepted.status, accepted.type]).toEqual([200, 'userQuery'])
    const named = await say({ queryFilter: 'userName eq "jdoe"' }, accepted.token)
    expect(named.type).toBe('emailValidation')
    const proven = await say({ code: await mailedCode(server.url, 'jdoe@example.com') }, named.token)
    expect(proven.type).toBe('resetStage')
    const finished = await say({ password: 'N3w-passw0rd' }, proven.token)
    expect([finished.status, finished.tag, finished.body['status']]).toEqual([200, 'end', { success: true }])
  })
})

describe('`rekey new step`', () => {
  test('writes nothing over', async () => {
    await mkdir(join(cwd, 'taken'))
    await writeFile(join(cwd, 'taken', 'notes.txt'), 'mine')
    const { code, err } = await newStep('acme/badge', '--dir', 'taken')
    expect([code, err]).toEqual([1, 'rekey: `taken` is not empty: nothing is written over; name another folder with `--dir`\n'])
    expect(await readdir(join(cwd, 'taken'))).toEqual(['notes.txt'])
    await writeFile(join(cwd, 'a-file'), 'mine')
    expect(await newStep('acme/badge', '--dir', 'a-file')).toMatchObject({ code: 1 })
    expect(await readFile(join(cwd, 'a-file'), 'utf8')).toBe('mine')
  })

  test('takes a folder that is there and empty', async () => {
    await mkdir(join(cwd, 'empty'))
    expect(await newStep('acme/badge', '--dir', 'empty')).toMatchObject({ code: 0, err: '' })
    expect(await readdir(join(cwd, 'empty', 'src'))).toEqual(['badge.ts', 'index.ts'])
  })

  test.for([
    ['badge', '`badge` names no vendor: write `acme/badge` with your name in the place of `acme`'],
    ['', '`` names no vendor: write `acme/badge` with your name in the place of `acme`'],
    ['acme/doors/badge', '`acme/doors/badge` has more than one slash: a step is called `vendor/name`'],
    ['Acme/badge', 'the vendor `Acme` is not in small letters, digits and hyphens, beginning with a letter'],
    ['../badge', 'the vendor `..` is not in small letters, digits and hyphens, beginning with a letter'],
    ['acme/badge-number', 'the step `badge-number` is not in camelCase, such as `badgeNumber`'],
    ['acme/..', 'the step `..` is not in camelCase, such as `badgeNumber`'],
    ['acme/Badge', 'the step `Badge` is not in camelCase, such as `badgeNumber`'],
    ['acme/', 'the step `` is not in camelCase, such as `badgeNumber`'],
    ['acme/delete', '`delete` is a word that the source needs for something else'],
    ['acme/done', '`done` is a word that the source needs for something else'],
    [`acme/${'b'.repeat(60)}`, 'the name has 65 characters, and 64 at most are allowed'],
  ] as const)('refuses the name %s', async ([name, why]) => {
    const before = await readdir(cwd)
    expect(await newStep(name)).toEqual({ code: 2, out: '', err: `rekey: ${why}\n` })
    expect(await readdir(cwd)).toEqual(before)
  })

  test('depends on the versions that Rekey itself is built with', async () => {
    const { devDependencies, peerDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      readonly devDependencies: { readonly [name: string]: string }
      readonly peerDependencies: { readonly [name: string]: string }
    }
    const catalog = await readFile(fileURLToPath(new URL('../../../../pnpm-workspace.yaml', import.meta.url)), 'utf8')
    const { version } = JSON.parse(await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8')) as {
      readonly version: string
    }
    const tools = Object.entries(devDependencies).filter(([name]) => !name.startsWith('@rekey/'))
    expect(
      tools.filter(([name, wanted]) => !catalog.includes(`${name}: ${wanted}\n`) && !catalog.includes(`'${name}': ${wanted}\n`)),
    ).toEqual([])
    expect([peerDependencies, devDependencies['@rekey/server']]).toEqual([{ '@rekey/core': `^${version}` }, `^${version}`])
  })
})
