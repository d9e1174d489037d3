import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printText } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.js'
import { loadRegistry } from '../../src/config/load-registry.js'
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
  const loaded = await loadRegistry(config.config, [builtInSteps], dialects)
  return loaded.is === 'faults' ? printText(loaded.faults) : [...loaded.registry.steps.keys()].filter((type) => type.includes('/'))
}

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
  ['a step that is taken', '../again.js', '1:1 error[config-plugin]: plugin `twin`: the step type `reset` is taken'],
] as const)('%s is refused at its line', async ([, plugin, expected]) => {
  expect(String(await stepsOf(plugin)).split('\n')[0]).toContain(`rekey.yaml:${expected}`)
})
