// Runs every bench of this folder, one after the other. `--smoke`: a short form that only shows that they work, with those of the soak and the timing.
// Usage: npm run bench                        writes the figures and the tables in the README
//        npm run bench -- --smoke
//        npm run bench -- --only steps,peers  these alone
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'
import { setUp } from '../scripts/setup.mjs'

const { values: wishes } = parseArgs({ options: { smoke: { type: 'boolean', default: false }, only: { type: 'string' } } })
const MEASURED = ['compile', 'start', 'steps', 'peers', 'growth', 'concurrency', 'hashing', 'before']
const known = [...MEASURED, 'soak/run', 'timing', 'goals']
const wanted = wishes.only?.split(',') ?? [...MEASURED, ...(wishes.smoke ? ['soak/run', 'timing'] : []), 'goals']
for (const name of wanted) if (!known.includes(name)) throw new Error(`there is no bench \`${name}\`; there are ${known.join(', ')}`)

setUp()
build()
for (const name of wanted) {
  const program = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  process.stderr.write(`\n== ${name} ==\n`)
  const found = spawnSync(process.execPath, [program, ...(wishes.smoke ? ['--smoke'] : [])], { stdio: 'inherit' })
  if (found.status !== 0) process.exit(found.status ?? 1)
}
