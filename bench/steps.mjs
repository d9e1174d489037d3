// What a step and a whole conversation cost, beside a server that does only what a step cannot avoid. Everything is measured in one run, in turns, and the
// server's CPU time is what is compared. Part of `npm run bench`.
// Usage: node bench/steps.mjs                 7 rounds of each; writes bench/steps.json and the table in the README
//        node bench/steps.mjs --profile       and where the time of the server goes, by cause
//        node bench/steps.mjs --smoke         a short form that only shows that it works
//        --seconds 5 (of each turn), --rounds 7, --clients 32
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'
import { setUp } from '../scripts/setup.mjs'

const { values: wishes } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    clients: { type: 'string' },
  },
})
const seconds = Number(wishes.seconds ?? (wishes.smoke ? 0.5 : 5))
const rounds = Number(wishes.rounds ?? (wishes.smoke ? 1 : 7))
const clients = Number(wishes.clients ?? (wishes.smoke ? 4 : 32))
if (!(seconds > 0) || !(rounds >= 1) || !(clients >= 1))
  throw new Error('`--seconds`, `--rounds` and `--clients` take numbers above nothing')

setUp()
build()
// What is measured is there only once it is compiled.
const { probe } = await import('./steps/probe.mjs')
const { run } = await import('./steps/rounds.mjs')
const { print, summaryOf, write } = await import('./steps/report.mjs')

const seen = await probe()
const figures = await run({
  seen,
  seconds,
  rounds,
  clients,
  profiles: wishes.profile || wishes.smoke,
  ...(wishes.smoke && { settles: false, warmUp: 20 }),
})
const summary = summaryOf({ ...figures, seen, seconds, clients })
print(summary, figures)
if (!wishes.smoke) write(summary, figures)
