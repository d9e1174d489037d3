import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProvisions } from '../../src/compose/open-provisions.js'
import type { Closers } from '../../src/compose/ports.js'
import { loadConfig } from '../../src/config/load-config.js'
import { StartRefused } from '../../src/config/start-refused.js'
import { dialects } from '../../src/dialects/index.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-provisions-'))
  const plugin = (provides: string) => `export default { name: 'acme', steps: [], provides: ${provides} }`
  const provision = (name: string, open: string) => `{ service: { name: '${name}' }, open: ${open} }`
  const files = {
    'doors.mjs': plugin(
      `[${provision('acme/Doors', '({ folder, env }) => ({ folder, key: env.KEY, closed: false, close() { this.closed = true } })')}]`,
    ),
    'later.mjs': plugin(`[${provision('acme/Later', 'async () => 5')}]`),
    'ours.mjs': plugin(`[${provision('Directory', '() => ({})')}]`),
    'shut.mjs': plugin(`[${provision('acme/Shut', "() => { throw new Error('KEY is not set') }")}]`),
    'none.mjs': 'export default { name: "acme", steps: [] }',
    'no-list.mjs': plugin('{}'),
    'no-opener.mjs': plugin("[{ service: { name: 'acme/Doors' } }]"),
  }
  await mkdir(cwd, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
})
afterAll(() => rm(cwd, { recursive: true }))

/** The services that plugins provide, or the first line of why the server does not start. */
async function opened(...plugins: readonly string[]) {
  const path = join(cwd, 'rekey.yaml')
  await writeFile(path, `plugins:\n${plugins.map((name) => `  - ./${name}.mjs\n`).join('')}`)
  const loaded = await loadConfig({ path, env: {}, cwd, dialects })
  const closers: Closers = []
  if (loaded.is === 'faults') return { why: loaded.faults.map(({ message }) => message), closers }
  try {
    const services = await openProvisions(loaded.config, { env: { KEY: 'k' }, isTaken: (name) => name === 'Directory', closers })
    return { services: Object.fromEntries(services), closers }
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error
    return { why: error.faults.map(({ message }) => message), closers }
  }
}

test('a plugin provides services: they know the folder and the environment, and are closed with the server', async () => {
  const { services, closers } = await opened('doors', 'none', 'later')
  expect(services).toMatchObject({ 'acme/Doors': { folder: cwd, key: 'k', closed: false }, 'acme/Later': 5 })
  for (const close of closers) await close()
  expect(services).toMatchObject({ 'acme/Doors': { closed: true } })
})

test.for([
  ['one of ours', ['ours'], 'the plugin provides the service `Directory`, which is there already'],
  ['one that does not open', ['shut'], 'the plugin cannot provide `acme/Shut`: KEY is not set'],
  ['what is no list', ['no-list'], 'the plugin cannot be loaded: its `provides` are no list'],
  ['what has no way to open it', ['no-opener'], 'the plugin cannot be loaded: `provides[0]` is not what `provide` returns'],
] as const)('keeps the server from starting when a plugin provides %s', async ([, plugins, why]) => {
  expect((await opened(...plugins)).why).toEqual([why])
})

test('keeps the server from starting when two plugins provide the same service, and still closes the first', async () => {
  await writeFile(
    join(cwd, 'twin.mjs'),
    "export default { name: 'twin', steps: [], provides: [{ service: { name: 'acme/Doors' }, open: () => 1 }] }",
  )
  const { why, closers } = await opened('doors', 'twin')
  expect([why, closers.length]).toEqual([['the plugin provides the service `acme/Doors`, which is there already'], 1])
})
