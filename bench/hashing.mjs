// What requests wait while passwords are hashed in the same process at half a core: on the threads of the server, beside as many as libuv's default pool would
// run, and beside none. Part of `npm run bench`.
// Usage: node bench/hashing.mjs               9 rounds of each; writes bench/hashing.json and the table in the README
//        node bench/hashing.mjs --smoke       a short form that only shows that it works
//        --seconds 6 (of each turn), --rounds 9, --clients 8, --together 8 (passwords that come at once), --warm-up 1000
import { availableParallelism } from 'node:os'
import { begin } from './steps/begin.mjs'

const { seconds, rounds, clients, together, warmUp, smoke } = begin({
  seconds: [6, 0.5],
  rounds: [9, 1],
  clients: [8, 4],
  together: [8, 4],
  'warm-up': [1_000, 20],
})
const { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } = await import('./steps/figures.mjs')
const { inHouse } = await import('./steps/house.mjs')
const { inTurns, rekeySubject, startLoad } = await import('./steps/rounds.mjs')
const { spread } = await import('./steps/statistics.mjs')
const { turn, versionOf } = await import('./steps/turn.mjs')
const { WIRES } = await import('./steps/wires.mjs')

/** Threads of libuv's pool where nobody says otherwise. Source: Node's pages on `UV_THREADPOOL_SIZE`. */
const POOL = 4
/** Part of one core that hashes take. */
const SHARE = 0.5
/** Before each request, on average: the server is far from busy. */
const THINK_MS = 30
const wire = WIRES.forgerock
/** By name, what a server is told. To see that it works, the two that are compared are enough. */
const KINDS = {
  ...(!smoke && { none: {} }),
  ours: {},
  pool: { pool: POOL },
  ...(!smoke && { one: { pool: 1 }, cores: { threads: availableParallelism() } }),
}
const SAYS = {
  none: 'no hashes',
  ours: 'hashes as the server makes them: on threads of their own, one core left to the requests',
  pool: `hashes on all ${POOL} threads of Node’s pool`,
  one: 'one hash at a time on that pool',
  cores: 'as many hashes at a time as there are cores, on threads of their own',
}

const { taken, hashUs, version } = await inHouse(async (closers) => {
  const hashing = (name, given) => rekeySubject({ name, wire, program: '../hashing/hashing-process.mjs', given }, closers)
  const subjects = []
  for (const [name, given] of Object.entries(KINDS)) subjects.push(await hashing(name, given))
  const load = await startLoad(closers)
  for (const subject of subjects) await turn(subject, load, { clients, seconds: 0, least: warmUp, settles: false })
  const us = await subjects[0].servers[0].ask('hashUs')
  const found = await inTurns(subjects, rounds, async (subject) => {
    const [server] = subject.servers
    if (subject.name !== 'none') await server.ask('hash', { together, everyUs: (together * us) / SHARE })
    const one = await turn(subject, load, { clients, seconds, thinkMs: THINK_MS, settles: false })
    return { ...one, hashes: subject.name === 'none' ? 0 : await server.ask('hashed') }
  })
  return { taken: found, hashUs: us, version: await versionOf(subjects[0].redis) }
})

const rows = Object.keys(KINDS).map((name) => ({
  name,
  requests: taken.reduce((sum, turns) => sum + turns[name].requests, 0),
  hashesPerSecond: spread(taken.map((turns) => (turns[name].hashes * 1_000_000) / turns[name].wallUs)),
  p50Ms: spread(taken.map((turns) => turns[name].latencyUs.p50 / 1_000)),
  p99Ms: spread(taken.map((turns) => turns[name].latencyUs.p99 / 1_000)),
}))
const ratio = (of) => spread(taken.map((turns) => turns[of].latencyUs.p99 / turns.pool.latencyUs.p99))
const ratios = Object.fromEntries(Object.keys(KINDS).map((name) => [name, ratio(name)]))
const machine = machineOf({ node: process.version, redis: version })
const lines = [
  ...table(
    ['', '>requests', '>hashes a second', '>p50 of a request, ms', '>p99', '>of all of the pool'],
    rows.map(({ name, requests, hashesPerSecond, p50Ms, p99Ms }) => [
      SAYS[name],
      requests,
      between(hashesPerSecond, 1),
      between(p50Ms, 1),
      between(p99Ms, 1),
      name === 'pool' ? '1' : between(ratios[name], 2),
    ]),
  ),
  '',
  `${placeOf(machine)}; ${rounds} rounds of ${seconds} s in turns, ${clients} clients that think ${THINK_MS} ms before each request. A hash of argon2id takes ${(hashUs / 1_000).toFixed(0)} ms of CPU;`,
  `${together} come at once, at random times.`,
]
console.log(`\n${lines.join('\n')}`)
if (!smoke) {
  writeFigures('hashing', {
    machine,
    load: { seconds, rounds, clients, together, thinkMs: THINK_MS, share: SHARE },
    hashUs,
    rows,
    ratios,
    goals: [goal(8, 'p99 of a request while passwords are hashed, of that with all threads of the pool', { most: 0.6 }, ratios.ours)],
    rounds: taken.map((turns) => Object.fromEntries(Object.entries(turns).map(([name, one]) => [name, one.latencyUs.p99]))),
  })
  writeBlock('hashing', lines)
}
