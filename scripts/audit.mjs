// `npm run audit`: fails where something that ships has a known hole. The floors below hold everywhere; beside them the registry is asked for its
// advisories, and where it answers none, as behind some mirrors, that is said. `--strict` takes silence for a failure.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shipped } from './licences.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The first version of each that is rid of what is known of it, and where that is recorded. */
const FLOORS = [
  ['ajv', '8.18.0', 'CVE-2025-69873'],
  ['koa', '3.0.3', 'CVE-2025-25200, CVE-2025-27143, CVE-2025-54420'],
  ['nodemailer', '10.4.1', 'CVE-2025-13033, CVE-2025-14874'],
]

const below = shipped().flatMap(({ name, version }) =>
  FLOORS.filter(([known, floor]) => known === name && isBefore(version, floor)).map(
    ([, floor, why]) => `${name} ${version} is before ${floor}: ${why}`,
  ),
)
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const asked = spawnSync('npx', ['--yes', packageManager, 'audit', '--prod', '--json'], { cwd: root, encoding: 'utf8' })
const advisories = advisoriesIn(asked.stdout ?? '')
for (const line of below) process.stderr.write(`${line}\n`)
for (const { module_name: name, title, severity, url } of advisories ?? [])
  process.stderr.write(`${name}: ${title} (${severity}, ${url})\n`)
if (advisories === undefined)
  process.stderr.write('the registry was asked for advisories and gave none: ask another one before you release\n')
else if (advisories.length === 0 && below.length === 0) process.stdout.write('no known holes in what ships\n')
const isSilent = advisories === undefined && process.argv.includes('--strict')
process.exitCode = below.length > 0 || (advisories ?? []).length > 0 || isSilent ? 1 : 0

/** @returns undefined for an answer that is none. */
function advisoriesIn(text) {
  try {
    const { advisories: found } = JSON.parse(text)
    return typeof found === 'object' && found !== null ? Object.values(found) : undefined
  } catch {
    return undefined
  }
}

function isBefore(version, floor) {
  const [have, want] = [version, floor].map((text) => text.split('.').map(Number))
  const at = have.findIndex((part, index) => part !== want[index])
  return at !== -1 && have[at] < want[at]
}
