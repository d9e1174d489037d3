import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const FIGURES = fileURLToPath(new URL('../soak.json', import.meta.url))
const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const BLOCK = /(<!-- soak: written by `npm run soak` -->\n)[\s\S]*?(<!-- \/soak -->)/

/** Prints what a run found. */
export function report(figures, { violations }, say) {
  console.log(JSON.stringify(figures, undefined, 2))
  for (const { rule, what } of violations.slice(0, 40)) console.log(`violation  ${rule}: ${what}`)
  if (violations.length > 40) console.log(`… and ${violations.length - 40} more`)
  say(violations.length === 0 ? 'no violation' : `${violations.length} violations`)
}

/** Keeps the figures of a whole run, and puts them into the README. */
export function writeFigures(figures) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
  writeFileSync(FIGURES, `${JSON.stringify({ machine, ...figures }, undefined, 2)}\n`)
  writeReadme()
}

/** Puts the figures that were kept into the README. */
export function writeReadme() {
  const figures = JSON.parse(readFileSync(FIGURES, 'utf8'))
  const readme = readFileSync(README, 'utf8')
  if (!BLOCK.test(readme)) throw new Error('the README has no block for the figures of the soak')
  writeFileSync(
    README,
    readme.replace(BLOCK, (_, from, to) => `${from}${tableOf(figures)}${to}`),
  )
}

/** The block of the README. */
export function tableOf({ machine, seconds, conversations, ends, requests, sentAgain, changes, mails, repeatedMails, ...rest }) {
  const faults = Object.values(rest.faults).reduce((sum, count) => sum + count, 0)
  const number = (value) => value.toLocaleString('en').replaceAll(',', ' ')
  const rows = [
    ['conversations, over five dialects', number(conversations)],
    ['of them completed', number(ends.completed ?? 0)],
    ['requests', number(requests)],
    ['of them not answered, or answered as unavailable, and sent again', number(sentAgain)],
    [
      'faults',
      `${faults}: ${Object.entries(rest.faults)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(', ')}`,
    ],
    [
      'wrong codes, replays, spent tokens, racing passwords',
      [rest.wrongCodes, rest.replays, rest.spentTokens, rest.races].map(number).join(', '),
    ],
    ['password changes, as the database recorded them', number(changes)],
    ['mails, of them repeated with the same Message-ID', `${number(mails)}, ${number(repeatedMails)}`],
    ['changes that were cut off, made all the same, and told with the next one', number(rest.toldWithTheNext)],
    [
      'refused because the clock of a server was wrong; because of more than ten tries in a row',
      `${number(ends['refused-by-a-wrong-clock'] ?? 0)}; ${number(ends['limited-after-tries-in-row'] ?? 0)}`,
    ],
    ['messages lost with a master that its replica outlived', number(rest.lostWithAMaster)],
    ['double changes, lost changes, lost messages, revived tokens that acted, unexplained ends', number(rest.violations)],
  ]
  const lines = [
    '',
    `${Math.round(seconds / 60)} minutes on ${machine.cores} cores (Node ${machine.node}), seed \`${rest.seed}\`:`,
    '',
    '| | |',
    '| --- | --- |',
  ]
  return [...lines, ...rows.map(([name, value]) => `| ${name} | ${value} |`), '', ''].join('\n')
}
