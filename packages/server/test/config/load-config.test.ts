import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printText } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { CONFIG_CODES } from '../../src/config/codes.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

const samples = join(dirname(fileURLToPath(import.meta.url)), 'faults')
const names = readdirSync(samples)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length))

/** The variables that a sample asks for in its first line: `# env: PORT=80 HOST=`. */
function environmentOf(text: string): Record<string, string> {
  const line = /^# env: (.*)$/m.exec(text)?.[1] ?? ''
  return Object.fromEntries(
    line.split(' ').flatMap((pair) => (pair.includes('=') ? [[pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]] : [])),
  )
}

async function faultsOf(name: string) {
  const env = environmentOf(readFileSync(join(samples, `${name}.yaml`), 'utf8'))
  const loaded = await loadConfig({ path: `${name}.yaml`, env, cwd: samples, dialects })
  return loaded.is === 'faults' ? loaded.faults : []
}

describe('each kind of mistake is reported at its place', () => {
  test.each(names)('%s', async (name) => {
    const printed = printText(await faultsOf(name))
    if (process.env['REKEY_ACCEPT'] === '1') writeFileSync(join(samples, `${name}.out`), printed)
    expect(printed).toBe(readFileSync(join(samples, `${name}.out`), 'utf8'))
  })

  test('the samples show every code but those that no file alone can show', async () => {
    const shown = new Set((await Promise.all(names.map(faultsOf))).flat().map(({ code }) => code))
    expect(Object.keys(CONFIG_CODES).filter((code) => !shown.has(code))).toEqual([
      'config-unreadable',
      'config-unusable-step',
      'config-plugin',
    ])
  })

  test('no report shows a secret', () => {
    const canaries = ['c2VjcmV0', 'Y29ycmVj', '4yRzhd', '0001020304', 'AAAAAAA', 'horse', 'hunter2']
    const printed = names.map((name) => readFileSync(join(samples, `${name}.out`), 'utf8')).join('\n')
    expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
  })
})
