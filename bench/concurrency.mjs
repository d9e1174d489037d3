// How it goes with more and more conversations at once, beside the floor: each client is in the midst of one and sends its next request as soon as it has an
// answer; at the end the same number of people who think in between. Part of `npm run bench`.
// Usage: node bench/concurrency.mjs           1 to 10 000 at once; writes bench/concurrency.json and the table in the README
//        node bench/concurrency.mjs --smoke   a short form that only shows that it works
//        --most 10000, --rounds 3, --seconds 4 (of each turn; each conversation that has begun is played to its end), --think 10 (seconds before each request, on
//        average, of those who think), --warm-up 4000
import { begin } from './steps/begin.mjs'

const { most, rounds, seconds, think, warmUp, smoke } = begin({ most: [10_000, 60], rounds: [3, 1], seconds: [4, 0.2], think: [10, 0.05] })
const { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } = await import('./steps/figures.mjs')
const { inHouse } = await import('./steps/house.mjs')
const { probe } = await import('./steps/probe.mjs')
const { floorSubject, inTurns, rekeySubject, startLoad } = await import('./steps/rounds.mjs')
const { spread } = await import('./steps/statistics.mjs')
const { costOf, turn, versionOf } = await import('./steps/turn.mjs')
const { WIRES } = await import('./steps/wires.mjs')

/** People think so long before each request, on average, where they think. */
const THINK_MS = think * 1_000
/** All clients have one address; what they may do at once is raised to what is asked for, as an operator would. */
const CROWD = {
  connections: 2 * most,
  connectionsPerAddress: 2 * most,
  requestsAtOnce: 2 * most,
  requestsPerConnection: 1_000_000,
  keepAliveTimeout: '5m',
  idleTimeout: '5m',
}

const steps = [1, 10, 100, 1_000, 10_000].filter((count) => count < most)
const levels = [
  ...[...steps, most].map((clients) => ({ says: `${clients} at once`, clients, thinkMs: 0 })),
  { says: `${most} people who think ${THINK_MS / 1_000} s`, clients: most, thinkMs: THINK_MS },
]
const wire = WIRES.forgerock

const found = await inHouse(async (closers) => {
  const { forgerock: seen } = await probe([wire], smoke ? { warm: 1, settles: false } : {})
  const subjects = [await floorSubject({ wire, seen }, closers), await rekeySubject({ wire, config: { http: CROWD } }, closers)]
  const load = await startLoad(closers)
  for (const subject of subjects) await turn(subject, load, { clients: 32, seconds: 0, least: warmUp, settles: !smoke })
  const rest = Object.fromEntries(
    await Promise.all(subjects.map(async ({ name, servers }) => [name, (await servers[0].ask('figures')).rssBytes])),
  )
  const played = []
  // The most comes last: what memory was once taken for a crowd is seldom given back.
  for (const { says, ...level } of levels) {
    process.stderr.write(`${says}\n`)
    // Who thinks does so at every request: a conversation is played once.
    const wishes = { ...level, seconds: level.thinkMs > 0 ? 0 : seconds, least: 1, counts: true, settles: false }
    const taken = await inTurns(subjects, rounds, async (subject) => {
      const one = await turn(subject, load, wishes)
      for (const fault of one.faults) process.stderr.write(`${subject.name}, ${says}: ${fault}\n`)
      return one
    })
    played.push({ says, taken })
  }
  return { rest, played, versions: { node: process.version, redis: await versionOf(subjects[1].redis) } }
})

const mib = (bytes) => bytes / 2 ** 20
const ratio = (taken, take) => spread(taken.map(({ rekey, floor }) => take(rekey) / take(floor)))
const rows = found.played.map(({ says, taken }) => {
  const both = (take) => Object.fromEntries(['floor', 'rekey'].map((name) => [name, spread(taken.map((turns) => take(turns[name])))]))
  return {
    says,
    conversations: taken.reduce((sum, { rekey }) => sum + rekey.conversations, 0),
    failures: taken.reduce((sum, { rekey, floor }) => sum + rekey.failures + floor.failures, 0),
    faults: taken.flatMap(({ rekey, floor }) => [...rekey.faults, ...floor.faults]).slice(0, 5),
    p50Ms: both(({ latencyUs }) => latencyUs.p50 / 1_000),
    p99Ms: both(({ latencyUs }) => latencyUs.p99 / 1_000),
    mostRssMiB: both(({ mostRssBytes }) => mib(mostRssBytes)),
    serverUs: both(costOf.server),
    ratios: {
      p99: ratio(taken, ({ latencyUs }) => latencyUs.p99),
      memory: ratio(taken, ({ mostRssBytes }) => mostRssBytes),
      server: ratio(taken, costOf.server),
    },
  }
})

const machine = machineOf(found.versions)
const each = ({ floor, rekey }, digits = 0) => `${floor.median.toFixed(digits)}, ${rekey.median.toFixed(digits)}`
const lines = [
  ...table(
    [
      '',
      '>conversations',
      '>failures',
      '>p50 of a request, ms: floor, Rekey',
      '>p99',
      '>of the floor',
      '>CPU of the server, of the floor',
      '>most RSS, MiB: floor, Rekey',
      '>of the floor',
    ],
    rows.map(({ says, conversations, failures, p50Ms, p99Ms, mostRssMiB, ratios }) => [
      says,
      conversations,
      failures,
      each(p50Ms, 1),
      each(p99Ms, 1),
      between(ratios.p99, 2),
      between(ratios.server, 2),
      each(mostRssMiB),
      between(ratios.memory, 2),
    ]),
  ),
  '',
  `${placeOf(machine)}; ${rounds} rounds of at least ${seconds} s in turns. After the warm-up, before the first: floor ${mib(found.rest.floor).toFixed(0)} MiB, Rekey ${mib(found.rest.rekey).toFixed(0)} MiB.`,
]
console.log(`\n${lines.join('\n')}`)
if (!smoke) {
  const last = rows.at(-2)
  const thinking = rows.at(-1)
  writeFigures('concurrency', {
    machine,
    load: { most, rounds, seconds, thinkMs: THINK_MS },
    restMiB: { floor: mib(found.rest.floor), rekey: mib(found.rest.rekey) },
    rows,
    goals: [
      goal(
        7,
        'failures at all levels',
        { most: 0 },
        rows.reduce((sum, { failures }) => sum + failures, 0),
      ),
      goal(7, `${last.says}: p99 of a request, of the floor`, { most: 1.5 }, last.ratios.p99),
      goal(7, `${thinking.says}: p99 of a request, of the floor`, { most: 1.5 }, thinking.ratios.p99),
      goal(7, `${last.says}: most memory, of the floor`, { most: 1.5 }, last.ratios.memory),
    ],
  })
  writeBlock('concurrency', lines)
} else if (rows.some(({ failures }) => failures > 0)) process.exitCode = 1
