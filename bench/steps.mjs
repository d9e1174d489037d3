// What a step and a whole conversation cost on each wire, beside a server that does only what a step cannot avoid. Everything is measured in one run, in
// turns, and the server's CPU time is what is compared. Part of `npm run bench`.
// Usage: node bench/steps.mjs                 7 rounds of each; writes bench/steps.json and the tables in the README
//        node bench/steps.mjs --wire airlock  that wire alone, without writing; may be given several times
//        node bench/steps.mjs --profile       and where the time of the server goes, by cause
//        node bench/steps.mjs --smoke         a short form that only shows that it works
//        --seconds 5 (of each turn), --rounds 7, --clients 32, --warm-up 4000 (conversations before anything counts)
import { begin } from './steps/begin.mjs'

const { wishes, seconds, rounds, clients, warmUp, smoke } = begin(
  { seconds: [5, 0.3], rounds: [7, 1], clients: [32, 4] },
  { profile: { type: 'boolean', default: false }, wire: { type: 'string', multiple: true } },
)
// What is measured is there only once it is compiled.
const { probe } = await import('./steps/probe.mjs')
const { inHouse } = await import('./steps/house.mjs')
const { rekeySubject, run, startLoad } = await import('./steps/rounds.mjs')
const { print, summaryOf, write } = await import('./steps/report.mjs')
const { WIRES } = await import('./steps/wires.mjs')

const names = wishes.wire ?? Object.keys(WIRES)
const unknown = names.filter((name) => !(name in WIRES))
if (unknown.length > 0) throw new Error(`there is no wire \`${unknown[0]}\`; there are ${Object.keys(WIRES).join(', ')}`)

const wires = names.map((name) => WIRES[name])
const seen = await probe(wires, smoke ? { warm: 1, settles: false } : {})
const found = await inHouse(async (closers) => {
  const shared = smoke
    ? { rekey: await rekeySubject({ flows: wires.flatMap(({ flows }) => flows) }, closers), load: await startLoad(closers) }
    : {}
  const all = {}
  for (const wire of wires) {
    process.stderr.write(`${wire.says}\n`)
    // Where nothing is stored at all, and where the time goes, is looked at on one wire.
    const isFirst = wire.name === 'forgerock'
    const figures = await run({
      wire,
      seen: seen[wire.name],
      seconds,
      rounds,
      clients,
      shared,
      memory: isFirst,
      profiles: isFirst && (wishes.profile || smoke),
      warmUp,
      settles: !smoke,
    })
    all[wire.name] = { seen: seen[wire.name], ...figures }
  }
  return all
})
const summary = summaryOf(found, { seconds, clients })
print(summary, found)
if (!smoke && wishes.wire === undefined) write(summary)
