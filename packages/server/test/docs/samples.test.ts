import { readFile } from 'node:fs/promises'
import { compileFlows, createRegistry, printText, SourceFile } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/index.js'

const root = new URL('../../../../', import.meta.url)
const registry = createRegistry([builtInSteps], dialects)

test.for(['README.md', 'docs/flows.md'])('every flow printed in %s compiles, is served, and has nothing to report', async (path) => {
  const text = await readFile(new URL(path, root), 'utf8')
  const samples = [...text.matchAll(/^```yaml\n((?:flow:|# [a-z/-]+\.yaml\n).*?)^```$/gms)].map(([, sample]) => sample ?? '')
  expect(samples.length).toBeGreaterThan(0)
  for (const sample of samples) {
    const { flows, diagnostics } = compileFlows(filesOf(path, sample), registry)
    expect(printText(diagnostics, { color: false })).toBe('')
    expect(flows.map(({ unaccepted }) => unaccepted)).toEqual([[]])
  }
})

test('the refusal that the README prints is the one that the compiler gives', async () => {
  const text = await readFile(new URL('README.md', root), 'utf8')
  const printed = /^```\n(password-reset\.yaml:.*?)^```$/ms.exec(text)?.[1]
  const unsafe = new SourceFile('password-reset.yaml', 'flow: password-reset\nsteps:\n  - userQuery\n  - reset\n')
  expect(printText(compileFlows([unsafe], registry).diagnostics, { color: false }).trim()).toBe(printed?.trim())
})

/** One file, or several, each under a comment with its name. */
function filesOf(path: string, sample: string): readonly SourceFile[] {
  const [before = '', ...parts] = sample.split(/^# ([a-z/-]+\.yaml)\n/m)
  if (parts.length === 0) return [new SourceFile(path, before)]
  return parts.flatMap((part, index) => (index % 2 === 0 ? [new SourceFile(part, parts[index + 1] ?? '')] : []))
}
