// Prints what the tests of the language have counted: broken files and their reports, flows on which compiler and oracle agree, coverage
// and mutation score of the shipped flows. Each line is printed by the test that asserts it.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setUp } from './setup.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const TESTS = ['packages/core/test/diagnostics/corpus.test.ts', 'packages/core/test/oracle', 'packages/server/test/flows']
const FIGURE = /(?:corpus|oracle|flow tests|flow mutants): \d.*$/

setUp()
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', '--reporter=dot', ...TESTS], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, NO_COLOR: '1' },
})
const ended = new Promise((resolve) => child.once('close', resolve))
const all = []
let figures = 0
for (const stream of [child.stdout, child.stderr]) {
  createInterface({ input: stream }).on('line', (line) => {
    all.push(line)
    const [figure] = FIGURE.exec(line) ?? []
    if (figure === undefined) return
    figures += 1
    console.log(figure)
  })
}
process.exitCode = await ended
if (process.exitCode !== 0 || figures === 0) console.error(all.join('\n'))
if (figures === 0) process.exitCode = 1
