import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { lstat, mkdir, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { SourceFile, type CompileOptions, type DialectFacts, type Registry, type StepDefinition } from '@rekey/core'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../src/adapters/log/logger.js'
import { buildOf, packageBuild } from '../../src/compose/build-of.js'
import { compiling } from '../../src/compose/compiled-file.js'
import { registryOf } from '../../src/compose/open-flows.js'
import type { Config } from '../../src/config/config.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'
import { makeFolder, type Folder } from '../adapters/directory/folder.js'

const SAFE = 'flow: safe\nspeaks: [forgerock]\nsteps:\n  - userQuery\n  - emailValidation\n  - include: ./end.yaml\n'
const END = 'fragment: end\nsteps:\n  - reset\n'

let folder: Folder
let lines: string[] = []
beforeEach(async () => {
  folder = await makeFolder()
  lines = []
})
afterEach(() => folder.remove())

const log = createLogger(
  'trace',
  new Writable({
    write(line: Buffer, _, done) {
      lines.push(String(Reflect.get(Object(JSON.parse(line.toString('utf8'))), 'msg')))
      done()
    },
  }),
)

let loaded: Config
beforeAll(async () => {
  const from = await makeFolder()
  await writeFile(join(from.path, 'rekey.yaml'), 'compiled: kept/flows\n')
  const found = await loadConfig({ env: {}, cwd: from.path, dialects })
  await from.remove()
  if (found.is === 'faults') throw new Error(found.faults[0]?.message)
  expect(found.config.compiled).toBe(join(from.path, 'kept/flows'))
  loaded = found.config
})

/** As it would be in the folder of the test. */
function configured(): Config {
  return { ...loaded, compiled: path(), keys: { is: 'file', file: join(folder.path, '.rekey/keys.json') } }
}

const path = () => join(folder.path, 'kept/flows')
const kept = () => readFile(path(), 'utf8')

/** Counts how often a step is looked up: the compiler does that, and nobody else. */
class Counted extends Map<string, StepDefinition> {
  asked = 0
  override get(type: string): StepDefinition | undefined {
    this.asked += 1
    return super.get(type)
  }
}

interface Start {
  readonly config?: Config
  readonly files?: readonly (readonly [string, string])[]
  readonly options?: CompileOptions
  readonly registry?: (registry: Registry) => Registry
  readonly build?: string
}

/** Compiles as a start of the server does. */
async function start({
  config,
  files = [
    ['flows/safe.yaml', SAFE],
    ['flows/end.yaml', END],
  ],
  options = {},
  registry = (same) => same,
  build = 'this one',
}: Start = {}) {
  const settings = config ?? configured()
  const given = registry(registryOf(settings))
  const steps = new Counted(given.steps)
  const sources = files.map(([name, text]) => new SourceFile(name, text))
  const { flows, diagnostics } = await compiling(settings, log, () => build)(sources, { ...given, steps }, options)
  return {
    compiled: steps.asked > 0,
    flows: flows.map(({ id, hash, machine, speaks, file, fragments }) => ({
      id,
      hash,
      machine: JSON.parse(JSON.stringify(machine)) as unknown,
      speaks: [...speaks],
      files: [file, ...fragments].map((one) => one.path),
    })),
    codes: diagnostics.map(({ code }) => code),
  }
}

test('the second start takes from the file what the first one has compiled', async () => {
  const first = await start()
  expect(first).toMatchObject({ compiled: true, codes: [], flows: [{ id: 'safe', files: ['flows/safe.yaml', 'flows/end.yaml'] }] })
  expect(await start()).toEqual({ ...first, compiled: false })
  expect(lines).toEqual([])
})

test('nobody else can read or write the file, and nothing is left beside it', async () => {
  await start()
  expect((await stat(path())).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder.path, 'kept'))).toEqual(['flows'])
})

test.for<readonly [string, Start]>([
  [
    'a flow says something else',
    {
      files: [
        ['flows/safe.yaml', `${SAFE}# \n`],
        ['flows/end.yaml', END],
      ],
    },
  ],
  [
    'a fragment says something else',
    {
      files: [
        ['flows/safe.yaml', SAFE],
        ['flows/end.yaml', `${END}# \n`],
      ],
    },
  ],
  [
    'a file has another name',
    {
      files: [
        ['flows/other.yaml', SAFE],
        ['flows/end.yaml', END],
      ],
    },
  ],
  ['a file is brought along only', { files: [['flows/safe.yaml', SAFE]], options: { beside: [new SourceFile('flows/end.yaml', END)] } }],
  [
    'a file ends where another one began',
    {
      files: [
        ['flows/safe.yaml', `${SAFE}\n`],
        ['flows/end.yaml', END],
      ],
    },
  ],
  [
    'limits are others',
    {
      options: {
        limits: {
          failures: { principal: { count: 1, seconds: 1 }, inRow: { free: 1, waitSeconds: 1, longestSeconds: 1, most: 1 } },
          starts: { address: { count: 1, seconds: 1 } },
          messages: { conversation: 1, destination: { count: 1, seconds: 1 } },
        },
      },
    },
  ],
  ['the code is of another build', { build: 'another one' }],
  ['a step proves something else', { registry: withStep({ proves: { class: 'session', channel: 'email' } }) }],
  ['a step reckons otherwise', { registry: withStep({ guessSpace: () => 10 ** 9 }) }],
  ['a dialect offers more', { registry: withDialect({ offers: ['rawBody', 'bearer'] }) }],
  ['people have another attribute', { registry: (known) => ({ ...known, attributes: { badge: { type: 'string' } } }) }],
])('flows are compiled where %s', async ([, other]) => {
  await start()
  expect((await start()).compiled).toBe(false)
  expect((await start(other)).compiled).toBe(true)
})

function withStep(part: Partial<StepDefinition>): (registry: Registry) => Registry {
  return (known) => ({
    ...known,
    steps: new Map([...known.steps].map(([type, step]) => [type, type === 'emailValidation' ? { ...step, ...part } : step])),
  })
}

function withDialect(part: Partial<DialectFacts>): (registry: Registry) => Registry {
  return (known) => ({
    ...known,
    dialects: new Map([...known.dialects].map(([name, dialect]) => [name, name === 'airlock' ? { ...dialect, ...part } : dialect])),
  })
}

const NOT_OURS = 'the kept flows were not written with these keys, and are compiled again'

test('SEC-21: who can write the file but has no keys cannot put a flow into it that would not compile', async () => {
  const first = await start()
  const text = await kept()
  // Without its proof, under the digest of the safe one.
  const unsafe = text.replace('"emailValidation"', '"userQuery"')
  expect(unsafe).not.toBe(text)
  await writeFile(path(), unsafe)
  expect(await start()).toEqual(first)
  expect(lines).toEqual([NOT_OURS])
  expect(await kept()).toBe(text)
})

test('SEC-21: the file of another installation is not believed', async () => {
  await start()
  const text = await kept()
  await rm(join(folder.path, '.rekey'), { recursive: true })
  expect((await start()).compiled).toBe(true)
  expect(lines).toEqual([NOT_OURS])
  expect(await kept()).not.toBe(text)
})

test('a MAC does for its own digest alone', async () => {
  const other = {
    files: [
      ['flows/safe.yaml', `${SAFE}# \n`],
      ['flows/end.yaml', END],
    ],
  } satisfies Start
  await start(other)
  const [, , mac] = (await kept()).split('\n', 1)[0]?.split(' ') ?? []
  await start()
  const [head = '', ...rest] = (await kept()).split('\n')
  await writeFile(path(), [head.replace(/\S+$/, mac ?? ''), ...rest].join('\n'))
  expect((await start()).compiled).toBe(true)
  expect(lines).toEqual([NOT_OURS])
})

test.for([
  ['empty', async () => writeFile(path(), '')],
  ['cut off', async () => writeFile(path(), (await kept()).slice(0, -10))],
  ['a head alone', async () => writeFile(path(), (await kept()).split('\n', 1)[0] ?? '')],
  ['of another format', async () => writeFile(path(), 'rekey-compiled-0 and so on\n')],
] as const)('flows are compiled where the file is %s, and kept again', async ([, spoil]) => {
  const first = await start()
  await spoil()
  expect(await start()).toEqual(first)
  expect(await start()).toEqual({ ...first, compiled: false })
})

test.for([
  ['a file of something else', async () => writeFile(path(), 'rekey: some file that is dear to somebody\n')],
  ['a file of something else', async () => writeFile(path(), 'short')],
  ['a file of something else', async () => writeFile(path(), new Uint8Array(4096).fill(255))],
  ['a folder', async () => mkdir(path())],
  ['a pipe', async () => void execFileSync('mkfifo', [path()])],
  ['a link', async (text) => writeFile(`${path()}.far`, text).then(() => symlink(`${path()}.far`, path()))],
] as const satisfies readonly (readonly [string, (text: string) => Promise<void>])[])(
  'flows are compiled where there is %s, which stays as it is and is told of',
  async ([what, spoil]) => {
    const first = await start()
    const text = await kept()
    await rm(path())
    await spoil(text)
    const before = await standing()
    expect(await start()).toEqual(first)
    expect(await standing()).toEqual(before)
    expect(lines).toContain(`at \`compiled\` stands ${what}: nothing is kept there; name another file, or move that away`)
  },
)

/** What stands there, and what is in it where that can be read. */
async function standing() {
  const { ino, mode, size } = await lstat(path())
  return { ino, mode, size, files: await readdir(join(folder.path, 'kept')), text: mode & constants.S_IFREG ? await kept() : '' }
}

test('nothing is kept where nothing tells the build, and that is told', async () => {
  const settings = configured()
  const compile = compiling(settings, log, () => undefined)
  const compiled = await compile([new SourceFile('flows/safe.yaml', SAFE), new SourceFile('flows/end.yaml', END)], registryOf(settings), {})
  expect(compiled.flows).toHaveLength(1)
  await expect(kept()).rejects.toThrow('ENOENT')
  expect(lines).toEqual([expect.stringContaining('compiled flows are not kept: what runs is neither built nor installed')])
})

test('a build is told by what it was built from, wherever and whenever it lies', async () => {
  const at = (name: string) => pathToFileURL(join(folder.path, name, '/'))
  const names = ['one', 'two', 'bare', 'node_modules/installed']
  for (const name of names) await mkdir(at(name), { recursive: true })
  for (const name of ['one', 'two']) await writeFile(join(folder.path, name, '.tsbuildinfo'), '{"version":"a"}')
  await utimes(join(folder.path, 'two/.tsbuildinfo'), 1, 1)
  const builds = () => names.map((name) => packageBuild(at(name), '1.2.3'))
  const [one, ...rest] = builds()
  expect(one).toMatch(/^[\w-]{43}$/)
  expect(rest).toEqual([one, undefined, '1.2.3'])
  // Of the same length, and at the same time.
  await writeFile(join(folder.path, 'two/.tsbuildinfo'), '{"version":"b"}')
  await utimes(join(folder.path, 'two/.tsbuildinfo'), 1, 1)
  expect(builds()[1]).not.toBe(one)
})

test('what runs from its sources has no build', () => {
  expect(buildOf()).toBeUndefined()
})

test('a server starts where nothing can be kept', async () => {
  await writeFile(join(folder.path, 'rekey.yaml'), '')
  const config = { ...configured(), compiled: join(folder.path, 'rekey.yaml/flows') }
  expect((await start({ config })).flows).toHaveLength(1)
  expect(lines).toContain('the compiled flows could not be kept; the next start compiles them again')
})

test.for([
  ['an error', 'flow: bad\nspeaks: [forgerock]\nsteps:\n  - userQuery\n  - reset\n', 'unproven-change'],
  ['a warning', 'flow: bad\nspeaks: [forgerock]\nsteps:\n  - userQuery\n  - kba\n  - reset\n', 'questions-alone'],
] as const)('nothing is kept where there is %s: it is to be told at every start', async ([, text, code]) => {
  for (const _ of [1, 2]) expect(await start({ files: [['flows/bad.yaml', text]] })).toMatchObject({ compiled: true, codes: [code] })
  await expect(kept()).rejects.toThrow('ENOENT')
})

test('nothing is kept with plugins, whose steps may compute anything', async () => {
  const config = configured()
  const plugins = [{ name: 'acme', steps: [], dialects: [] }]
  expect((await start({ config: { ...config, plugins } })).compiled).toBe(true)
  await expect(kept()).rejects.toThrow('ENOENT')
})
