// What was gained since an earlier revision: its server and that of today under the same load, in turns in one run, on each wire, without Redis and with many
// flows. Part of `npm run bench`.
// Usage: node bench/before.mjs                since the last revision before the work on cost; writes bench/before.json and the table in the README
//        node bench/before.mjs --since REV    of git; without writing
//        node bench/before.mjs --smoke        a short form that only shows that it works, with the revision that is checked out on both sides
//        --seconds 4 (of each turn), --rounds 5, --flows 10000, --clients 32, --warm-up 4000 (conversations before anything counts)
import { existsSync } from 'node:fs'
import { begin } from './steps/begin.mjs'

const SINCE = '4370070'

const { wishes, seconds, rounds, flows, clients, warmUp, smoke } = begin(
  { seconds: [4, 0.3], rounds: [5, 1], flows: [10_000, 20], clients: [32, 4] },
  { since: { type: 'string' } },
)
const { checkOut } = await import('./before/check-out.mjs')
const { copiesOf } = await import('./steps/copies.mjs')
const { between, machineOf, placeOf, table, writeBlock, writeFigures } = await import('./steps/figures.mjs')
const { inHouse } = await import('./steps/house.mjs')
const { inTurns, rekeyInMemory, rekeySubject, startLoad } = await import('./steps/rounds.mjs')
const { spread } = await import('./steps/statistics.mjs')
const { costOf, turn, versionOf } = await import('./steps/turn.mjs')
const { WIRES } = await import('./steps/wires.mjs')

const { forgerock } = WIRES
const cases = [
  ...(smoke ? [] : Object.values(WIRES).map((wire) => ({ says: wire.says, wire, start: rekeySubject }))),
  { says: `${forgerock.says}, in memory`, wire: forgerock, start: rekeyInMemory },
  { says: `${forgerock.says}, with ${flows} flows`, wire: forgerock, start: rekeySubject, texts: await copiesOf(forgerock, flows - 1) },
]

const { revision, taken, version } = await inHouse(async (closers) => {
  const isClone = existsSync(new URL('../.git', import.meta.url))
  // To see that it works, a copy without a history will do.
  const since =
    smoke && !isClone ? { revision: 'unknown', root: undefined } : await checkOut(wishes.since ?? (smoke ? 'HEAD' : SINCE), closers)
  const found = []
  let redis
  for (const { says, wire, start, texts } of cases) {
    process.stderr.write(`${says}\n`)
    // Each in a house of its own: what one has filled is no burden of the next.
    await inHouse(async (mine) => {
      const subjects = [
        await start({ name: 'before', wire, texts, root: since.root }, mine),
        await start({ name: 'after', wire, texts }, mine),
      ]
      const load = await startLoad(mine)
      for (const subject of subjects) await turn(subject, load, { clients, seconds: 0, least: warmUp, settles: !smoke })
      found.push({ says, rounds: await inTurns(subjects, rounds, (subject) => turn(subject, load, { clients, seconds, settles: !smoke })) })
      redis ??= subjects[0].redis && (await versionOf(subjects[0].redis))
    })
  }
  return { revision: since.revision, taken: found, version: redis }
})

const rows = taken.map(({ says, rounds: turns }) => {
  const of = (name, take) => spread(turns.map((one) => take(one[name])))
  const ratio = (take) => spread(turns.map(({ before, after }) => take(after) / take(before)))
  return {
    says,
    beforeUs: of('before', costOf.server),
    afterUs: of('after', costOf.server),
    server: ratio(costOf.server),
    ...(turns[0].after.redisCpuUs !== undefined && { redis: ratio(costOf.redis) }),
    p99: ratio(({ latencyUs }) => latencyUs.p99),
    rssMiB: ['before', 'after'].map((name) => of(name, ({ rssBytes }) => rssBytes / 2 ** 20).median),
    rounds: turns.map(({ before, after }) => ({ beforeUs: costOf.server(before), afterUs: costOf.server(after) })),
  }
})
const machine = machineOf({ node: process.version, redis: version })
const lines = [
  ...table(
    ['', '>CPU of the server before, µs', '>after', '>of before', '>CPU of Redis, of before', '>p99, of before', '>RSS, MiB'],
    rows.map(({ says, beforeUs, afterUs, server, redis, p99, rssMiB }) => [
      says,
      between(beforeUs),
      between(afterUs),
      between(server, 2),
      redis === undefined ? '' : between(redis, 2),
      between(p99, 2),
      rssMiB.map((one) => one.toFixed(0)).join(' to '),
    ]),
  ),
  '',
  `${placeOf(machine)}; before is revision ${revision}; for a conversation, ${rounds} rounds of ${seconds} s in turns, ${clients} clients, no failure.`,
]
console.log(`\n${lines.join('\n')}`)
if (!smoke && wishes.since === undefined) {
  writeFigures('before', { machine, revision, load: { seconds, rounds, clients, flows }, rows })
  writeBlock('before', lines)
}
