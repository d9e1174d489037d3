import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { diffFlows, printDiff, printText } from '../../src/index.js'
import { sampleFiles } from '../diagnostics/samples.js'
import { orders, registry } from './registry.js'

const FOLDER = new URL('./pairs/', import.meta.url)
const NAMES = readdirSync(FOLDER).toSorted()

const side = (name: string, file: string) => ({ files: sampleFiles(readFileSync(new URL(`${name}/${file}`, FOLDER), 'utf8')) })

test('there are forty pairs at least', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(40)
})

// A changed output is written anew with `vitest -u`; read it as the reviewer of the change would before you commit it.
test.for(NAMES)('%s reads as expected', async (name) => {
  const diff = diffFlows(side(name, 'old.yaml'), side(name, 'new.yaml'), registry, { orders })
  const text = diff.is === 'compared' ? printDiff(diff.flows) : `FAULTS\n${printText([...diff.old, ...diff.now])}`
  await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`${name}/expected.txt`, FOLDER)))
})
