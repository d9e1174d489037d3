// Does time tell who exists? Starts the built server, asks about people of all kinds beside each other on every wire, and compares the times of each
// step: SEC-2. It fails where a difference is seen, and with a planted leak where it is not.
// Usage: npm run timing                       both stores, then two planted leaks; writes bench/timing.json and the table in the README
//        npm run timing -- --smoke            a short form that only shows that it works
//        npm run timing -- --bare             answers go at once instead of at ticks: what lies beneath; without writing
//        npm run timing -- --plant 0.4ms      one planted leak alone; `--store redis`, `--dialect centrify`, `--samples 20000`, `--seed 7`
import { readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'
import { setUp } from '../scripts/setup.mjs'
import { writeFigures } from './steps/figures.mjs'
import { measure } from './timing/measure.mjs'
import { PERSONAS } from './timing/people.mjs'
import { startTimed, STORES } from './timing/server.mjs'
import { BOUND, compare, median, seeded } from './timing/statistics.mjs'
import { VISITS } from './timing/visits.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { values: wishes } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    bare: { type: 'boolean', default: false },
    plant: { type: 'string' },
    store: { type: 'string' },
    dialect: { type: 'string' },
    samples: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
/** Times of each kind of people at each step; two a block. */
const SAMPLES = Number(wishes.samples ?? (wishes.smoke ? 20 : 5_000))
const PLANTED_SAMPLES = Math.min(SAMPLES, 500)
const WARM_UP = wishes.smoke ? 5 : 200
const OTHERS = PERSONAS.filter((persona) => persona !== 'known')
const VISITED = VISITS.filter(({ dialect }) => wishes.dialect === undefined || dialect === wishes.dialect)
const COMPARISONS = VISITED.flatMap(({ begin }) => begin('')).length * OTHERS.length
/** The larger one shows past the ticks; the smaller one is what they hide, and shows how fine the comparison is. */
const PLANTS =
  wishes.plant === undefined
    ? [{ plant: '15ms', isBare: wishes.bare }, ...(wishes.smoke ? [] : [{ plant: '0.4ms', isBare: true }])]
    : [{ plant: wishes.plant, isBare: wishes.bare }]

const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, system: `${platform()} ${arch()}` }

setUp()
build()
const whole = !wishes.bare && wishes.plant === undefined && wishes.dialect === undefined && wishes.store === undefined && !wishes.smoke
const stores = STORES.filter((store) => store.toLowerCase().includes(wishes.store ?? (wishes.smoke ? 'memory' : '')))
if (stores.length === 0 || VISITED.length === 0 || !(SAMPLES >= 2)) throw new Error('there is nothing of that name to be timed')
// Most of the time is spent waiting for ticks, so that the stores are measured at the same time.
const honest =
  wishes.plant === undefined ? await Promise.all(stores.map((store) => timed({ store, plantUs: 0, isBare: wishes.bare }, SAMPLES))) : []
for (const { store, rows } of honest) print(`${store}, ${SAMPLES} times of each kind at each step`, rows)
const planted = await each(PLANTS, async ({ plant, isBare }) => ({
  plant,
  isBare,
  ...(await timed({ store: stores[0], plantUs: microseconds(plant), isBare }, PLANTED_SAMPLES, upToTheName)),
}))

const leaks = honest.flatMap(({ rows }) => rows.filter(({ verdict }) => verdict === 'leak'))
const missed = planted.flatMap(({ plant, rows }) =>
  rows.filter(({ names, persona, verdict }) => names && persona === 'unknown' && verdict !== 'leak').map((row) => ({ plant, ...row })),
)
for (const { plant, isBare, rows } of planted)
  print(
    `planted: ${plant} for those whom no search finds${isBare ? ', answered at once' : ''}`,
    rows.filter(({ names, persona }) => names && persona === 'unknown'),
  )
// A short form is too short to decide anything, but a leak of 15 ms.
const isWell = missed.length === 0 && (wishes.smoke || leaks.length === 0)
if (honest.length > 0 && !wishes.smoke) console.log(`\n${leaks.length} differences were found where none is planted.`)
console.log(missed.length === 0 ? '\nEvery planted leak was found.' : `\n${missed.length} planted leaks were missed.`)
if (whole) {
  writeFigures('timing', { machine, bound: BOUND, samples: SAMPLES, honest, planted })
  writeTable()
}
process.exitCode = isWell ? 0 : 1

/** What is planted shows where the person is searched for; the steps behind it are left out. */
function upToTheName(steps) {
  return steps.slice(0, steps.findLastIndex(({ names }) => names) + 1)
}

async function timed(subject, samples, of = (steps) => steps) {
  const { store, plantUs } = subject
  const random = seeded(Number(wishes.seed))
  const server = await startTimed(subject)
  const leave = () => void server.stop().finally(() => process.exit(1))
  process.once('SIGINT', leave).once('SIGTERM', leave)
  const rows = []
  try {
    for (const visited of VISITED) {
      const kind = { ...visited, begin: (name) => of(visited.begin(name)) }
      if (kind.begin('').length === 0) continue
      const steps = await measure(server, kind, { blocks: Math.ceil(samples / 2), warmUp: WARM_UP, random })
      for (const { step, names, blocks } of steps)
        rows.push(...OTHERS.map((persona) => rowOf(kind, { step, names }, { blocks, persona, random })))
      process.stderr.write(`${store}${plantUs > 0 ? `, ${plantUs} µs planted` : ''}: ${kind.dialect} ${kind.flow}\n`)
    }
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave)
    await server.stop()
  }
  return { store, rows }
}

function rowOf({ dialect, flow }, step, { blocks, persona, random }) {
  const pairs = blocks.map((times) => ({ known: times.known, other: times[persona] }))
  const { auc, low, high, verdict } = compare(pairs, { comparisons: COMPARISONS, random })
  const medians = { knownUs: median(pairs.flatMap(({ known }) => known)), otherUs: median(pairs.flatMap(({ other }) => other)) }
  return { dialect, flow, ...step, persona, samples: pairs.length * 2, auc, low, high, verdict, ...medians }
}

function print(title, rows) {
  console.log(`\n${title} (${machine.cpu}, ${machine.cores} cores, Node ${machine.node})\n`)
  console.log('| dialect | flow | step | known beside | median, µs | AUC | 95 % | difference |')
  console.log('| --- | --- | --- | --- | ---: | ---: | ---: | --- |')
  for (const { dialect, flow, step, persona, knownUs, otherUs, auc, low, high, verdict } of rows)
    console.log(
      `| ${dialect} | ${flow} | ${step} | ${persona} | ${knownUs.toFixed(0)}, ${otherUs.toFixed(0)} | ${auc.toFixed(3)} | ${low.toFixed(3)} to ${high.toFixed(3)} | ${verdict} |`,
    )
}

/** One line for each store and dialect: the comparison that is furthest from a half. */
function writeTable() {
  const path = join(root, 'README.md')
  const text = readFileSync(path, 'utf8')
  const [begin, end] = ['<!-- timing: written by `npm run timing` -->', '<!-- /timing -->']
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to < from) throw new Error('the README has no place for the table of times')
  const worst = (rows) => rows.toSorted((a, b) => Math.abs(b.auc - 0.5) - Math.abs(a.auc - 0.5))[0]
  const dialects = [...new Set(VISITED.map(({ dialect }) => dialect))]
  const lines = honest.flatMap(({ store, rows }) =>
    dialects.map((dialect) => {
      const own = rows.filter((row) => row.dialect === dialect)
      const { step, persona, auc, low, high, verdict } = worst(own)
      return `| ${store} | ${dialect} | ${own.length} | ${step}, ${persona} | ${auc.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}) | ${verdict} |`
    }),
  )
  const found = planted.map(({ plant, isBare, rows }) => {
    const named = rows.filter(({ names, persona }) => names && persona === 'unknown')
    return `${plant}${isBare ? ', with answers that go at once' : ''}: found at ${named.filter(({ verdict }) => verdict === 'leak').length} of ${named.length} steps that search`
  })
  const table = [
    begin,
    '',
    '| store | dialect | comparisons | furthest from 0.5 | AUC (95 %) | difference |',
    '| --- | --- | ---: | --- | ---: | --- |',
    ...lines,
    '',
    `${SAMPLES} times of each kind of people at each step, ${machine.cores} cores, Node ${machine.node}; a difference is claimed beyond ${BOUND}. Planted leaks: ${found.join('; ')}.`,
    '',
  ]
  writeFileSync(path, text.slice(0, from) + table.join('\n') + text.slice(to))
}

function microseconds(text) {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(us|ms)$/.exec(text) ?? []
  if (value === undefined) throw new Error('`--plant` takes a time such as `15ms` or `400us`')
  return Math.round(Number(value) * (unit === 'ms' ? 1_000 : 1))
}

async function each(items, act) {
  const done = []
  for (const item of items) done.push(await act(item))
  return done
}
