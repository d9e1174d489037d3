import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codeFacts, compileFlows, DIAGNOSTIC_CODES, printText, type SourceFile } from '../../src/index.js'
import { registry } from '../compile/registry.js'
import { sampleFiles } from './samples.js'

const PAGES = new URL('../../../../docs/diagnostics/', import.meta.url)
const CODES = Object.keys(DIAGNOSTIC_CODES)

test('every code has a page and every page a code', () => {
  const pages = readdirSync(PAGES).map((name) => name.replace(/\.md$/, ''))
  expect(pages.toSorted()).toEqual(CODES.toSorted())
})

test.for(CODES)('the page of %s tells the truth', (code) => {
  const page = readFileSync(new URL(`${code}.md`, PAGES), 'utf8')
  const { severity, mustAccept } = codeFacts(code) ?? {}
  expect(page.split('\n')[0]).toBe(`# \`${code}\` (${mustAccept === true ? 'warning, must be accepted' : severity})`)

  const [sample = '', repaired = ''] = blocksOf(page, 'yaml')
  const found = compileFlows(sampleFiles(sample), registry).diagnostics
  expect(found.map((diagnostic) => diagnostic.code)).toEqual([code])
  expect(blocksOf(page, 'text')).toEqual([printText(found)])

  const files = sampleFiles(repaired)
  const { flows, diagnostics } = compileFlows(files, registry)
  expect(diagnostics).toEqual([])
  expect(flows.map(({ file }) => file)).toEqual(flowsAmong(files))
})

test.for(Object.entries(DIAGNOSTIC_CODES).map(([code, facts]) => [code, facts.severity] as const))(
  '%s is an %s, and its flow compiles only when it is a warning',
  ([code, severity]) => {
    const page = readFileSync(new URL(`${code}.md`, PAGES), 'utf8')
    const files = sampleFiles(blocksOf(page, 'yaml')[0] ?? '')
    const refused = severity === 'error' ? 1 : 0
    // A mistake between two files may leave the other one as it is.
    expect(compileFlows(files, registry).flows.length).toBe(flowsAmong(files).length - refused)
  },
)

function blocksOf(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block)
}

/** Fragments stand in the flows that include them. */
function flowsAmong(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter(({ text }) => !text.startsWith('fragment:'))
}
