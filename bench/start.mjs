// What a start costs, from the start of Node to a server that listens with ten flows on embedded defaults, beside importing alone: the
// packages that it depends on, and these together with its own modules, of which nothing is called. Each in a process of its own, in turns.
// Usage: npm run bench            (`--smoke` for a short form that only shows that it works)
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } from './steps/figures.mjs'
import { shuffled, spread } from './steps/statistics.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const MAIN = join(root, 'packages/server/dist/main.js')
const at = (name) => new URL(`start/${name}.mjs`, import.meta.url).href
const smoke = process.argv.includes('--smoke')
const ROUNDS = smoke ? 1 : 11
const FLOWS = 10

const folder = mkdtempSync(join(tmpdir(), 'rekey bench '))
try {
  report(measure())
} finally {
  rmSync(folder, { recursive: true })
}

function measure() {
  prepare()
  // Makes keys and tables once, and tells what a start loads.
  const loaded = started({ loads: true })
    .split('\n')
    .filter((line) => line.startsWith('file:'))
  const own = [...new Set(loaded.filter((url) => !url.includes('/node_modules/')))]
  const imports = { packages: outermost(loaded), all: [...outermost(loaded), ...own] }
  const works = {
    packages: () => imported(imports.packages),
    all: () => imported(imports.all),
    start: () => figures(started({})),
  }
  const rounds = Array.from({ length: ROUNDS }, () => Object.fromEntries(shuffled(Object.keys(works)).map((name) => [name, works[name]()])))
  return { rounds, modules: { packages: imports.packages.length, own: own.length } }
}

/** Ten of the flows that ship, and a configuration that names them. */
function prepare() {
  const flows = join(root, 'flows')
  const shipped = readdirSync(flows, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.test)\.yaml$/.test(path) && /^flow: /m.test(readFileSync(join(flows, path), 'utf8')))
    .toSorted()
    .slice(0, FLOWS)
  mkdirSync(join(folder, 'flows'))
  for (const path of shipped) cpSync(join(flows, path), join(folder, 'flows', `${path.replaceAll('/', '-')}`))
  writeFileSync(join(folder, 'rekey.yaml'), 'flows: ./flows\n')
}

/** Packages as our own modules import them: what these import in turn is theirs. */
function outermost(loaded) {
  const named = loaded.filter((url) => url.includes('/node_modules/'))
  const direct = new Set(named.filter((url) => url.endsWith('#direct')).map((url) => url.replace('#direct', '')))
  return [...direct]
}

function started({ loads = false }) {
  const hooks = loads ? ['--import', at('tell-loads')] : []
  return run([...hooks, '--import', at('tell-listening'), MAIN, 'serve', '--port', '0'])
}

function imported(urls) {
  const file = join(folder, 'imports.mjs')
  writeFileSync(file, urls.map((url) => `import ${JSON.stringify(url)}\n`).join(''))
  return figures(run([fileURLToPath(at('import-all')), file]))
}

function run(args) {
  const env = { ...process.env, NODE_ENV: '', REKEY_CONFIG: '' }
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' })
}

/** CPU and wall time in milliseconds since the process began. */
function figures(text) {
  const line = text.split('\n').find((one) => one.startsWith('figures '))
  if (line === undefined) throw new Error(`no figures in: ${text.slice(0, 400)}`)
  return JSON.parse(line.slice('figures '.length))
}

function report({ rounds, modules }) {
  const machine = machineOf({ node: process.version })
  const each = (take) => spread(rounds.map(take))
  const ratios = {
    packages: each(({ start, packages }) => start.cpuMs / packages.cpuMs),
    all: each(({ start, all }) => start.cpuMs / all.cpuMs),
  }
  const row = (says, name, ratio) => [
    says,
    each((round) => round[name].cpuMs).median.toFixed(0),
    each((round) => round[name].wallMs).median.toFixed(0),
    each((round) => round[name].rssMiB).median.toFixed(0),
    ratio === undefined ? '' : between(ratio, 2),
  ]
  const lines = [
    ...table(
      ['', '>CPU, ms', '>wall, ms', '>RSS, MiB', '>start to listening, of this'],
      [
        row(`importing the ${modules.packages} packages it loads`, 'packages', ratios.packages),
        row(`importing these and its own ${modules.own} modules`, 'all', ratios.all),
        row(`start to listening, ${FLOWS} flows`, 'start'),
      ],
    ),
    '',
    `${placeOf(machine)}; ${rounds.length} rounds in turns, ratios of CPU time, the middle half of them in parentheses; Node's own start is in all three.`,
  ]
  console.log(lines.join('\n'))
  if (smoke) return
  const goals = [
    goal(10, `start to listening with ${FLOWS} flows, of importing the packages it loads`, { most: 1.3 }, ratios.packages.median),
  ]
  writeFigures('start', { machine, goals, modules, ratios, rounds })
  writeBlock('start', lines)
}
