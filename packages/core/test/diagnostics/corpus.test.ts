import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { compileFlows, DIAGNOSTIC_CODES, printText, type Diagnostic, type DiagnosticCode } from '../../src/index.js'
import { registry } from '../compile/registry.js'
import { sampleFiles } from './samples.js'

const FOLDER = new URL('.', import.meta.url)
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
const SAMPLES = FILES.filter((path) => path.endsWith('.yaml')).toSorted()
const CODES: readonly string[] = Object.keys(DIAGNOSTIC_CODES)

/** Codes without a sample. The list is only ever shortened. */
const UNCOVERED: readonly DiagnosticCode[] = []

const FOUND: ReadonlyMap<string, readonly Diagnostic[]> = new Map(
  SAMPLES.map((path) => [path, compileFlows(sampleFiles(readFileSync(new URL(path, FOLDER), 'utf8')), registry).diagnostics]),
)

test('every sample has its output and every output its sample', () => {
  const outputs = FILES.filter((path) => path.endsWith('.out')).toSorted()
  expect({ outputs, enough: SAMPLES.length >= 150 }).toEqual({
    outputs: SAMPLES.map((path) => path.replace(/\.yaml$/, '.out')),
    enough: true,
  })
})

test('every sample is found broken, by codes of the list', () => {
  const sound = SAMPLES.filter((path) => FOUND.get(path)?.length === 0)
  const unlisted = [...FOUND.values()].flat().filter(({ code }) => !CODES.includes(code))
  expect({ sound, unlisted }).toEqual({ sound: [], unlisted: [] })
})

test('the samples cover every code but those that are said to be uncovered', () => {
  const covered = new Set([...FOUND.values()].flat().map(({ code }) => code))
  expect(CODES.filter((code) => !covered.has(code))).toEqual(UNCOVERED)
})

// A changed output is written anew with `vitest -u`; read it before you commit it.
test.for(SAMPLES)('%s gives its output', async (path) => {
  await expect(printText(FOUND.get(path) ?? [])).toMatchFileSnapshot(fileURLToPath(new URL(path.replace(/\.yaml$/, '.out'), FOLDER)))
})

afterAll(() => {
  const all = [...FOUND.values()].flat()
  const fixable = all.filter(({ fix }) => fix !== undefined).length
  const codes = new Set(all.map(({ code }) => code)).size
  process.stdout.write(`corpus: ${SAMPLES.length} broken files, ${all.length} reports of ${codes} codes, ${fixable} with a repair\n`)
})
