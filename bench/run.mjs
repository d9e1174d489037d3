// Runs every bench of this folder, one after the other. `--smoke`: a short form that only shows that they work, with those of the soak and the timing.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setUp } from '../scripts/setup.mjs'
import { build } from '../scripts/build.mjs'

const BENCHES = ['compile.mjs', 'steps.mjs']
if (process.argv.includes('--smoke')) BENCHES.push('soak/run.mjs', 'timing.mjs')

setUp()
build()
for (const bench of BENCHES) {
  const found = spawnSync(process.execPath, [fileURLToPath(new URL(bench, import.meta.url)), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  if (found.status !== 0) process.exit(found.status ?? 1)
}
