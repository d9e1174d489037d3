// How every bench keeps what it found: a file of figures, a block of the README, and what it means for the goals.
import { readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const README = at('README.md')
/** Digits of a figure that mean something. */
const DIGITS = 4
const WIDTH = 260

export function machineOf(versions) {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, system: `${platform()} ${arch()}`, ...versions }
}

export function placeOf({ cpu, cores, node, redis }) {
  return `${cpu}, ${cores} cores, Node ${node}${redis === undefined ? '' : `, Redis ${redis}`}`
}

/** @param {string} name of the file, without its folder and ending. */
export function writeFigures(name, figures) {
  const rounded = (_key, value) => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value)
  writeFileSync(at(`bench/${name}.json`), `${laidOut(JSON.parse(JSON.stringify(figures, rounded)), '')}\n`)
}

/** As JSON, with one line for whatever fits on it. */
function laidOut(value, indent, label = '') {
  const flat = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || indent.length + label.length + flat.length < WIDTH) return flat
  const inner = `${indent}  `
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const named = Array.isArray(value)
    ? value.map((one) => ['', one])
    : Object.entries(value).map(([key, one]) => [`${JSON.stringify(key)}: `, one])
  return `${open}\n${named.map(([key, one]) => `${inner}${key}${laidOut(one, inner, key)}`).join(',\n')}\n${indent}${close}`
}

/** @returns {any} undefined where the bench was never run to its end. */
export function readFigures(name) {
  try {
    return JSON.parse(readFileSync(at(`bench/${name}.json`), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Puts lines between the marks of a block in the README. */
export function writeBlock(name, lines) {
  const readme = readFileSync(README, 'utf8')
  const block = new RegExp(`(<!-- ${name}: written by \`npm run bench\` -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!block.test(readme)) throw new Error(`the README has no block \`${name}\``)
  writeFileSync(
    README,
    readme.replace(block, (_, from, to) => `${from}\n${lines.join('\n')}\n\n${to}`),
  )
}

/** The middle of the rounds, and in parentheses what the middle half of them lies between. */
export function between({ median, low, high }, digits = 0) {
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}

/** @param {readonly string[]} heads a head that begins with `>` has its column at the right. */
export function table(heads, rows) {
  return [
    `| ${heads.map((head) => head.replace(/^>/, '')).join(' | ')} |`,
    `| ${heads.map((head) => (head.startsWith('>') ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ]
}

/**
 * What was found for one part of a goal.
 * @param {number} goal as the table of goals numbers it.
 * @param {string} says what is compared.
 * @param {{ most?: number, least?: number }} wanted
 * @param {number | ReturnType<typeof import('./statistics.mjs').spread>} found with its spread where there is one; its median counts.
 */
export function goal(number, says, wanted, found) {
  return { goal: number, says, ...wanted, found }
}
