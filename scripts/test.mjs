// `npm test`: the whole suite, in this process, so that a signal reaches it. `npm test -- packages/core` hands on arguments.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
// What failed is said once more, shortly and last: whoever sees only the end of a long log shall know it.
const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'failed-tests.mjs')}`]

if (existsSync(vitest)) {
  process.argv.splice(1, process.argv.length, vitest, 'run', ...reporters, ...process.argv.slice(2))
  await import(pathToFileURL(vitest).href)
} else {
  process.stderr.write('the packages are not installed: run `npm run setup`\n')
  process.exitCode = 1
}
