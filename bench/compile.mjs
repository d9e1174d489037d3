// What compiling costs beside reading the same files with the YAML library alone, as the compiler calls it: the tree with the place of every
// value, `parseDocument`. Cold: the first compilation of a process. Second start: what a server does that finds its flows kept in the file
// of the key `compiled`. For 1, 100 and 10 000 files, CPU time, each in a process of its own, in turns.
// Usage: npm run bench            (`--smoke` for a short form that only shows that it works)
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } from './steps/figures.mjs'
import { shuffled, spread } from './steps/statistics.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const smoke = process.argv.includes('--smoke')
const SIZES = smoke ? [1, 100] : [1, 100, 10_000]
const ROUNDS = smoke ? 1 : 7

/** What is measured: the work, and how the files are written. */
const WORKS = {
  parse: ['parse', 'shipped'],
  compile: ['compile', 'shipped'],
  kept: ['kept', 'shipped'],
  'parse rich': ['parse', 'rich'],
  'compile rich': ['compile', 'rich'],
}

if (process.argv.includes('--one')) await one()
else report()

/** One measurement in a process of its own, so that nothing is warm that should be cold. */
async function one() {
  const [name, size, folder] = process.argv.slice(process.argv.indexOf('--one') + 1)
  const [what, written] = WORKS[name]
  const { compileFlows, createRegistry, SourceFile } = await import(join(root, 'packages/core/dist/index.js'))
  const { builtInSteps } = await import(join(root, 'packages/steps/dist/index.js'))
  const { parseDocument } = await import(join(root, 'node_modules/yaml/dist/index.js'))
  const registry = createRegistry([builtInSteps], dialects())
  const files = texts(Number(size), written).map((text, index) => new SourceFile(`flow-${index}.yaml`, text))
  const works = {
    parse: async () =>
      files.map(({ text }) => parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false })).length,
    compile: async () => compileFlows(files, registry).flows.length,
    kept: await keeping(folder, async (compile) => (await compile(files, registry, {})).flows.length),
  }
  const found = await timed(works[what])
  console.log(JSON.stringify({ ...found, heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20) }))
}

async function keeping(folder, work) {
  const { compiling } = await import(join(root, 'packages/server/dist/compose/compiled-file.js'))
  const config = { compiled: join(folder, 'flows'), plugins: [], keys: { is: 'file', file: join(folder, 'keys.json') } }
  return () => work(compiling(config, { warn: (...words) => console.error(...words) }))
}

async function timed(work) {
  const before = process.cpuUsage()
  const done = await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1000, done }
}

/** The shipped flows again and again, each under an id of its own; `rich` with a text over several lines, which only the library reads. */
function texts(size, written) {
  const folder = join(root, 'flows')
  const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.test)\.yaml$/.test(path))
    .toSorted()
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .filter((text) => /^flow: /m.test(text))
    // Slots and names on the wire hold one flow each; dialects that name flows in the path take any number.
    .map((text) => text.replace(/^speaks:.*(?:\n {2,}.*)*$/m, 'speaks: [wire]'))
    .map((text) => (written === 'rich' ? `${text}description: >-\n  For whoever\n  has an account.\n` : text))
  return Array.from({ length: size }, (_, index) => shipped[index % shipped.length].replace(/^flow: .*$/m, `flow: flow-${index}`))
}

function dialects() {
  const kinds = ['identifier', 'code', 'answers', 'password', 'newPassword', 'approval', 'choice', 'consent', 'attributes', 'captcha']
  return [
    { name: 'wire', kinds, options: { as: { type: 'string' } }, speaksByDefault: true, offers: ['bearer', 'rawBody', 'continuation'] },
  ]
}

function report() {
  const rows = SIZES.map(measured)
  const machine = machineOf({ node: process.version })
  const most = rows.at(-1)
  const goals = [
    goal(9, `cold compile of ${most.size} flows, of the YAML library alone`, { most: 1.3 }, most.cold),
    goal(9, 'second start, of the YAML library alone', { most: 0.05 }, most.second),
  ]
  const lines = [
    ...table(
      [
        '>files',
        '>YAML library alone, ms',
        '>compiled, ms',
        '>for a file, µs',
        '>of the library alone',
        '>second start, ms',
        '>of the library alone',
        '>compiled, all by the library',
        '>heap, MiB',
      ],
      rows.map(({ size, parseMs, compileMs, cold, secondMs, second, rich, heapMiB }) => [
        size,
        parseMs.median.toFixed(1),
        compileMs.median.toFixed(1),
        ((compileMs.median * 1000) / size).toFixed(0),
        between(cold, 2),
        secondMs.median.toFixed(1),
        between(second, 3),
        between(rich, 2),
        heapMiB.median.toFixed(0),
      ]),
    ),
    '',
    `${placeOf(machine)}; CPU time, ${ROUNDS} rounds in turns, the middle half of them in parentheses.`,
  ]
  console.log(lines.join('\n'))
  if (smoke) return
  writeFigures('compile', { machine, goals, rows })
  writeBlock('compile', lines)
}

function measured(size) {
  const folder = mkdtempSync(join(tmpdir(), 'rekey bench '))
  try {
    // Keeps them, for the second starts.
    run('kept', size, folder)
    const rounds = Array.from({ length: ROUNDS }, () =>
      Object.fromEntries(shuffled(Object.keys(WORKS)).map((name) => [name, run(name, size, folder)])),
    )
    const each = (take) => spread(rounds.map(take))
    return {
      size,
      parseMs: each(({ parse }) => parse.ms),
      compileMs: each(({ compile }) => compile.ms),
      secondMs: each(({ kept }) => kept.ms),
      cold: each(({ parse, compile }) => compile.ms / parse.ms),
      second: each(({ parse, kept }) => kept.ms / parse.ms),
      rich: each((round) => round['compile rich'].ms / round['parse rich'].ms),
      heapMiB: each(({ compile }) => compile.heapMiB),
      rounds: rounds.map((round) => Object.fromEntries(Object.entries(round).map(([name, { ms }]) => [name, ms]))),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(name, size, folder) {
  const found = JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--one', name, String(size), folder], { encoding: 'utf8' }),
  )
  if (found.done !== size) throw new Error(`not all of ${size} flows: ${name} gave ${found.done}`)
  return found
}
