import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compileFlows, printText } from '../../src/index.js'
import { registry } from '../compile/registry.js'
import { sampleFiles } from './samples.js'

const FOLDER = new URL('.', import.meta.url)
const SAMPLES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))

test('every sample has its output', () => {
  const missing = SAMPLES.filter((name) => !existsSync(new URL(name.replace('.yaml', '.out'), FOLDER)))
  expect({ missing, none: SAMPLES.length === 0 }).toEqual({ missing: [], none: false })
})

// A changed output is written anew with `vitest -u`; read it before you commit it.
test.for(SAMPLES)('%s gives its output', async (name) => {
  const { diagnostics } = compileFlows(sampleFiles(readFileSync(new URL(name, FOLDER), 'utf8')), registry)
  await expect(printText(diagnostics)).toMatchFileSnapshot(fileURLToPath(new URL(name.replace('.yaml', '.out'), FOLDER)))
})
