import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'
import { missedIn, ROOT, runTests } from './run-tests.js'

const FOLDER = 'examples/language'
const CONFIG = ['--config', `${FOLDER}/rekey.yaml`]
/** Longer than this is not read at a glance. */
const MOST_LINES = 20

const files = (await readdir(join(ROOT, FOLDER, 'flows'), { recursive: true })).toSorted()
const flows = files.filter((name) => /^[a-z-]+(?<!\.test)\.yaml$/.test(name))

test('the examples of the language are checked without an error or a warning', async () => {
  const io = capturedIo(ROOT)
  const code = await run(['check', ...CONFIG], io)
  expect({ code, sum: io.written.out.trimEnd().split('\n').at(-1) }).toEqual({
    code: 0,
    sum: `${flows.length} flows, no errors, no warnings`,
  })
})

test('their tests hold and go through every step and branch, in whatever state the environment is', async () => {
  const { code, report } = await runTests(...CONFIG)
  expect(report.cases.filter(({ passed }) => !passed)).toEqual([])
  expect({ code, missed: missedIn(report), flows: report.coverage.length }).toEqual({ code: 0, missed: [], flows: flows.length })
})

test('no test overlooks that the word it is about was taken away', async () => {
  const { report } = await runTests(...CONFIG, '--mutate')
  const words = /condition|a failure of|clearLockout|^delete/
  expect(
    report.mutants.flatMap(({ flow, survived }) => survived.filter(({ text }) => words.test(text)).map(({ text }) => `${flow}: ${text}`)),
  ).toEqual([])
})

test.for(flows)('%s is short, begins by saying what it shows, and has a line in the README', async (name) => {
  const [text, readme] = await Promise.all([name, '../README.md'].map((file) => readFile(join(ROOT, FOLDER, 'flows', file), 'utf8')))
  const lines = text?.trimEnd().split('\n') ?? []
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES)
  expect(lines[1]).toMatch(/^# \S/)
  expect(readme).toContain(`[${name}](flows/${name})`)
  expect(files).toContain(name.replace('.yaml', '.test.yaml'))
})
