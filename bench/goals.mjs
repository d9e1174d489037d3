// The goals of the bench and what was found, from the figures that its parts have kept. Part of `npm run bench`.
// Usage: node bench/goals.mjs                 writes the table in the README
//        node bench/goals.mjs --smoke         only prints it
import { between, readFigures, table, writeBlock } from './steps/figures.mjs'

/** In the order of the goals. */
const PARTS = ['steps', 'peers', 'growth', 'concurrency', 'hashing', 'compile', 'start']

const found = PARTS.map((part) => ({ part, figures: readFigures(part) }))
const missing = found.filter(({ figures }) => figures?.goals === undefined).map(({ part }) => part)
const goals = found.flatMap(({ figures }) => figures?.goals ?? []).toSorted((a, b) => a.goal - b.goal)
const lines = [
  ...table(
    ['>#', 'goal', '>wanted', '>found', ''],
    goals.map((one) => [one.goal, one.says, wantedOf(one), foundOf(one.found), verdictOf(one)]),
  ),
  ...(missing.length === 0 ? [] : ['', `Not measured yet: ${missing.map((part) => `\`${part}\``).join(', ')}.`]),
]
console.log(lines.join('\n'))
if (!process.argv.includes('--smoke')) writeBlock('goals', lines)

function wantedOf({ most, least }) {
  return most === undefined ? `at least ${least}` : `at most ${most}`
}

function foundOf(value) {
  return typeof value === 'number' ? shown(value) : between(value, value.median < 0.1 ? 3 : 2)
}

/** By how much: parts of what is wanted, or the number itself where nothing is wanted. */
function verdictOf({ most, least, found: value }) {
  const middle = typeof value === 'number' ? value : value.median
  const isMet = most === undefined ? middle >= least : middle <= most
  if (isMet) return 'met'
  if (most === 0) return `**missed by ${shown(middle)}**`
  return `**missed by ${(Math.abs(middle / (most ?? least) - 1) * 100).toFixed(0)} %**`
}

function shown(value) {
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}
