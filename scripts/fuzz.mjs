// `npm run fuzz -- --count 200000 --seed 7`: bends that many requests to every route of every dialect. The suite does the same with fewer.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { values } = parseArgs({
  options: { count: { type: 'string', default: '30000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
if (!/^[1-9]\d{0,8}$/.test(values.count) || !/^\d{1,9}$/.test(values.seed)) {
  process.stderr.write('`--count` and `--seed` are whole numbers\n')
  process.exit(2)
}
process.chdir(root)
process.env['REKEY_FUZZ_COUNT'] = values.count
process.env['REKEY_FUZZ_SEED'] = values.seed
process.stdout.write(`${values.count} requests, seed ${values.seed}\n`)
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
process.argv.splice(1, process.argv.length, vitest, 'run', '--project', 'server', 'packages/server/test/wire/mutated.test.ts')
await import(pathToFileURL(vitest).href)
