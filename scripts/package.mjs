// `npm run package -- FOLDER`: puts into an empty folder what a server needs and nothing else: the built packages, the locked versions of what they
// depend on, the flows that ship. `node FOLDER/packages/server/dist/main.js serve` starts it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { setUp } from './setup.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [folder] = process.argv.slice(2)

try {
  if (folder === undefined) throw new Error('`npm run package -- FOLDER` takes the folder to put the server into')
  pack(resolve(process.env.INIT_CWD ?? '.', folder))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function pack(target) {
  if (existsSync(target) && readdirSync(target).length > 0) throw new Error(`${target} is not empty`)
  setUp()
  build()
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  mkdirSync(join(target, 'packages'), { recursive: true })
  // Injecting copies our own packages into the folder; in the workspace they are links.
  const wishes = ['--filter', '@rekey/server', 'deploy', '--prod', '--config.inject-workspace-packages=true']
  const found = spawnSync('npx', ['--yes', packageManager, ...wishes, join(target, 'packages', 'server')], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CI: process.env.CI ?? '1' },
  })
  if (found.status !== 0) throw new Error(`\`pnpm deploy\` failed:\n${found.error?.message ?? `${found.stdout}${found.stderr}`}`)
  for (const name of ['flows', 'LICENSE']) cpSync(join(root, name), join(target, name), { recursive: true })
}
