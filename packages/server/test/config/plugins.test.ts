import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printText } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.js'
import { gatherRegistry } from '../../src/config/gather-registry.js'
import { dialects } from '../../src/dialects/index.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-plugins-'))
  const step = (type: string): string =>
    `{ type: '${type}', version: 1, description: 'Does nothing', settings: {}, answer: {}, required: [], inject: {}, prepare: () => ({ is: 'done', owes: [] }) }`
  await writeFile(join(cwd, 'package.json'), '{ "type": "module" }')
  await writeFile(join(cwd, 'badge.js'), `export default { name: 'acme', steps: [${step('acme/badge')}] }`)
  await writeFile(join(cwd, 'again.js'), `export default { name: 'twin', steps: [${step('reset')}] }`)
  await writeFile(join(cwd, 'empty.js'), 'export const plugin = 1')
  await writeFile(join(cwd, 'broken.js'), "throw new Error('no licence')")
  const dialect = (members: string): string =>
    `export default { name: 'wires', steps: [], dialects: [{ name: 'kiosk', kinds: ['code'], options: {}, settings: { greeting: { type: 'string', default: 'hello' } }, speaksByDefault: true, opens: 'eager', mount: () => ({}), ${members} }] }`
  await writeFile(join(cwd, 'kiosk.js'), dialect(''))
  await writeFile(join(cwd, 'kiosk-again.js'), dialect(''))
  await writeFile(join(cwd, 'taken.js'), dialect("name: 'cidaas'"))
  await writeFile(join(cwd, 'kind.js'), dialect("kinds: ['telepathy']"))
  await writeFile(join(cwd, 'mountless.js'), dialect('mount: undefined'))
  await writeFile(join(cwd, 'slots.js'), dialect("slots: ['reset']"))
  await writeFile(join(cwd, 'schema.js'), dialect("settings: { greeting: { type: 'sentence' } }"))
  await writeFile(join(cwd, 'options.js'), dialect("options: { as: { type: 'sentence' } }"))
  await writeFile(
    join(cwd, 'step-schema.js'),
    `export default { name: 'twin', steps: [{ ...${step('acme/bent')}, settings: { length: { type: 'integer', minimum: 'one' } } }] }`,
  )
  await writeFile(join(cwd, 'no-list.js'), "export default { name: 'wires', steps: [], dialects: 'kiosk' }")
  const installed = join(cwd, 'node_modules', 'acme-steps')
  await mkdir(installed, { recursive: true })
  await writeFile(join(installed, 'package.json'), '{ "name": "acme-steps", "type": "module", "exports": { ".": "./index.js" } }')
  await writeFile(join(installed, 'index.js'), `export default { name: 'acme-steps', steps: [${step('acme/door')}] }`)
})
afterAll(() => rm(cwd, { recursive: true }))

async function stepsOf(...plugins: readonly string[]): Promise<readonly string[] | string> {
  const folder = await mkdtemp(join(cwd, 'case-'))
  await writeFile(join(folder, 'rekey.yaml'), `plugins:\n${plugins.map((name) => `  - ${name}\n`).join('')}`)
  const config = await loadConfig({ path: join(folder, 'rekey.yaml'), env: {}, cwd: folder, dialects })
  if (config.is === 'faults') return printText(config.faults)
  const gathered = gatherRegistry(config.config, [builtInSteps])
  return gathered.is === 'faults' ? printText(gathered.faults) : [...gathered.registry.steps.keys()].filter((type) => type.includes('/'))
}

/** The settings of the dialect `kiosk` as the configuration leaves them, or what is printed. */
async function kioskUnder(text: string, env: Record<string, string> = {}): Promise<unknown> {
  const folder = await mkdtemp(join(cwd, 'case-'))
  await writeFile(join(folder, 'rekey.yaml'), text)
  const config = await loadConfig({ path: join(folder, 'rekey.yaml'), env, cwd: folder, dialects })
  return config.is === 'config' ? config.config.dialects['kiosk'] : printText(config.faults).split('\n')[0]
}

test.for([
  ['its defaults', 'plugins: [../kiosk.js]', { greeting: 'hello' }],
  ['what the file says', 'plugins: [../kiosk.js]\ndialects: { kiosk: { greeting: moin } }', { greeting: 'moin' }],
  ['a plugin that a variable names', 'plugins: [ "../${WIRE}.js" ]', { greeting: 'hello' }],
] as const)('the dialect of a plugin has settings: %s', async ([, text, settings]) => {
  expect(await kioskUnder(text, { WIRE: 'kiosk' })).toEqual(settings)
})

test.for([
  [
    'a setting that it has not',
    'plugins: [../kiosk.js]\ndialects: { kiosk: { greting: moin } }',
    '2:22 error[config-unknown-key]: `dialects.kiosk` has no key `greting`',
  ],
  [
    'the same name in two plugins',
    'plugins: [../kiosk.js, ../kiosk-again.js]',
    '1:24 error[config-plugin]: the plugin cannot be loaded: there is a dialect `kiosk` already',
  ],
  [
    'a variable that is not set',
    'plugins: [ "../${NO_WIRE}.js" ]',
    '1:16 error[config-missing-variable]: the environment variable `NO_WIRE` is not set',
  ],
] as const)('the dialect of a plugin is refused: %s', async ([, text, expected]) => {
  expect(String(await kioskUnder(text))).toContain(`rekey.yaml:${expected}`)
})

test('a file and an installed package bring their steps', async () => {
  expect(await stepsOf('../badge.js', 'acme-steps')).toEqual(['acme/badge', 'acme/door'])
})

test.for([
  ['no plugin', '../empty.js', '2:5 error[config-plugin]: the plugin cannot be loaded: its default export is no plugin'],
  ['a plugin that throws', '../broken.js', '2:5 error[config-plugin]: the plugin cannot be loaded: no licence'],
  [
    'a package that is not there',
    'acme-nowhere',
    "2:5 error[config-plugin]: the plugin cannot be loaded: Cannot find package 'acme-nowhere'",
  ],
  ['a dialect that ships', '../taken.js', '2:5 error[config-plugin]: the plugin cannot be loaded: there is a dialect `cidaas` already'],
  [
    'a kind that is none',
    '../kind.js',
    '2:5 error[config-plugin]: the plugin cannot be loaded: `dialects[0]` is no dialect: its `kinds` is absent or not what it must be',
  ],
  [
    'a dialect without routes',
    '../mountless.js',
    '2:5 error[config-plugin]: the plugin cannot be loaded: `dialects[0]` is no dialect: its `mount` is absent or not what it must be',
  ],
  ['no list of dialects', '../no-list.js', '2:5 error[config-plugin]: the plugin cannot be loaded: its `dialects` are no list'],
  ['settings that are no schema', '../schema.js', '2:5 error[config-plugin]: the plugin cannot be loaded: schema is invalid: '],
  ['options that are no schema', '../options.js', '2:5 error[config-plugin]: the plugin cannot be loaded: schema is invalid: '],
  [
    'settings of a step that are no schema',
    '../step-schema.js',
    '2:5 error[config-plugin]: the plugin cannot be loaded: schema is invalid: data/properties/length/minimum must be number',
  ],
  [
    'slots that no flow could name',
    '../slots.js',
    '1:1 error[config-plugin]: dialect `kiosk`: a flow cannot take one of its slots without naming it',
  ],
  ['a step that is taken', '../again.js', '1:1 error[config-plugin]: plugin `twin`: the step type `reset` is taken'],
] as const)('%s is refused at its line', async ([, plugin, expected]) => {
  expect(String(await stepsOf(plugin)).split('\n')[0]).toContain(`rekey.yaml:${expected}`)
})
