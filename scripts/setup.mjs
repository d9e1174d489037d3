// Installs what is missing. Quick when nothing has changed: it then compares one digest. `npm start` and `npm test` run it first.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stamp = join(root, 'node_modules', '.setup-stamp')

/** Makes sure that this Node is new enough and that all packages are installed. @throws Error with one line for people. */
export function setUp() {
  const { engines, packageManager } = JSON.parse(read('package.json'))
  refuseOldNode(engines.node)
  const wanted = digest()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && isInstalled()) return
  install(packageManager)
  // Written beside and renamed, so that an interrupted run leaves no half stamp.
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(`${stamp}.${process.pid}`, wanted)
  renameSync(`${stamp}.${process.pid}`, stamp)
}

function refuseOldNode(range) {
  const [major = 0, minor = 0] = range.replace('>=', '').split('.').map(Number)
  const [hasMajor = 0, hasMinor = 0] = process.versions.node.split('.').map(Number)
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return
  throw new Error(`Rekey needs Node ${range}, and this is ${process.versions.node}: install a newer one from https://nodejs.org`)
}

/** Everything that decides what an install would do, the binary interface of this Node included. */
function digest() {
  const manifests = ['package.json', ...packages().map((folder) => `${folder}/package.json`)]
  const hash = createHash('sha256').update(process.versions.modules)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) hash.update(`\0${file}\0${read(file)}`)
  return hash.digest('hex')
}

/** A stamp may outlive what it stands for, when somebody deletes a folder by hand. */
function isInstalled() {
  const folders = [
    'node_modules/.pnpm',
    ...packages()
      .filter(needsOthers)
      .map((folder) => `${folder}/node_modules`),
  ]
  return folders.every((folder) => existsSync(join(root, folder)))
}

/** An install makes no folder for a package that depends on nothing. */
function needsOthers(folder) {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(read(`${folder}/package.json`))
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }).length > 0
}

/** Folders of the packages, ours and those of the examples. */
function packages() {
  return ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, parent, entry.name, 'package.json')))
      .map((entry) => `${parent}/${entry.name}`)
      .sort(),
  )
}

function install(packageManager) {
  process.stderr.write('setting up: installing packages (once, and again when they change)\n')
  const started = Date.now()
  const found = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    // Standard output belongs to the command that asked for the set-up; whatever is said about it goes beside.
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, CI: process.env.CI ?? '1' },
  })
  if (found.error?.code === 'ENOENT') throw new Error('Rekey needs `npx`, which comes with npm: install npm')
  if (found.error) throw found.error
  if (found.status !== 0) {
    process.stderr.write(`${found.stdout}${found.stderr}`)
    throw new Error(`\`npx ${packageManager} install\` failed (${found.signal ?? `exit code ${found.status}`}); what it said stands above`)
  }
  process.stderr.write(`set up in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

function read(file) {
  return readFileSync(join(root, file), 'utf8')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    setUp()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
