// Writes the files that programs write. `--check` writes nothing and fails when one differs from what would be written.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { licencesPage } from './licences.mjs'
import { securityPage } from './security-page.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const onlyCheck = process.argv.includes('--check')

build()
await import('../node_modules/reflect-metadata/Reflect.js')
const { generatedFiles } = await import('../packages/server/dist/cli/generated.js')

const changed = [...generatedFiles(), licencesPage(), securityPage()].filter(({ path, text }) => current(path) !== text)
for (const { path, text } of onlyCheck ? [] : changed) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const names = changed.map(({ path }) => path).join(', ')
if (changed.length === 0) console.log('generated files are up to date')
else if (onlyCheck) console.error(`out of date: ${names}; run \`npm run generate\` and commit what it writes`)
else console.log(`wrote ${names}`)
process.exitCode = onlyCheck && changed.length > 0 ? 1 : 0

function current(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}
