// What a step costs with more and more live conversations, flows and processes, and what a live conversation takes of memory. Part of `npm run bench`.
// Usage: node bench/growth.mjs                writes bench/growth.json and the table in the README
//        node bench/growth.mjs --smoke        a short form that only shows that it works
//        --live 1000000, --flows 10000, --processes 4, --seconds 4 (of each turn), --rounds 5, --clients 32,
//        --warm-up 4000 (conversations before anything counts)
import { begin } from './steps/begin.mjs'

const { live, flows, processes, seconds, rounds, clients, warmUp, smoke } = begin({
  live: [1_000_000, 3_000],
  flows: [10_000, 50],
  processes: [4, 2],
  seconds: [4, 0.2],
  rounds: [5, 1],
  clients: [32, 4],
})
const { copiesOf } = await import('./steps/copies.mjs')
const { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } = await import('./steps/figures.mjs')
const { inHouse } = await import('./steps/house.mjs')
const { startMeasured } = await import('./steps/measured.mjs')
const { probe } = await import('./steps/probe.mjs')
const { floorSubject, inTurns, rekeySubject, startLoad } = await import('./steps/rounds.mjs')
const { startRekey } = await import('./steps/servers.mjs')
const { spread } = await import('./steps/statistics.mjs')
const { costOf, fieldsOf, turn, versionOf } = await import('./steps/turn.mjs')
const { WIRES } = await import('./steps/wires.mjs')

const FEW_LIVE = Math.min(1_000, live / 10)
/** Conversations that are left under way in the store in memory, to see what they take. */
const HELD = smoke ? 200 : 5_000
/** Requests until somebody is named and owed a code. */
const MID_FLOW = 2
const wire = WIRES.forgerock
const { forgerock: seen } = await probe([wire], smoke ? { warm: 1, settles: false } : {})

/** Each part in a house of its own: what one has filled is no burden of the next. @returns the rounds, and what `look` says of the subjects before them. */
function part(says, start, look = async () => undefined) {
  process.stderr.write(`${says}\n`)
  return inHouse(async (closers) => {
    const subjects = await start(closers)
    const looked = await look(subjects, closers)
    const load = await startLoad(closers)
    for (const subject of subjects)
      await turn(subject, load, { clients, seconds: 0, least: warmUp * subject.servers.length, settles: !smoke })
    const taken = await inTurns(subjects, rounds, (subject) => turn(subject, load, { clients, seconds, settles: !smoke }))
    return { taken, looked }
  })
}

const fewAndMany = async (closers, many) => [
  await rekeySubject({ name: 'few', wire }, closers),
  await rekeySubject({ name: 'many', wire, ...many }, closers),
]
const floors = async (closers) => [
  await floorSubject({ name: 'floor', wire, seen }, closers),
  await floorSubject({ name: 'floors', wire, seen, processes }, closers),
]
const filled = async (subjects, closers) => {
  const [few, many] = ['few', 'many'].map((wanted) => subjects.find(({ name }) => name === wanted))
  await fill(few, FEW_LIVE, closers)
  const before = await bytesOf(many.redis)
  await fill(many, live, closers)
  const [{ rssBytes }, version] = [await many.servers[0].ask('figures'), await versionOf(many.redis)]
  return { redisBytes: ((await bytesOf(many.redis)) - before) / live, restBytes: rssBytes, version }
}
const parts = async () => ({
  ofLive: await part(`${live} live conversations`, (closers) => fewAndMany(closers, {}), filled),
  ofFlows: await part(`${flows} flows`, async (closers) => fewAndMany(closers, { texts: await copiesOf(wire, flows - 1) })),
  ofProcesses: await part(`${processes} processes`, async (closers) => [
    ...(await floors(closers)),
    ...(await fewAndMany(closers, { processes })),
  ]),
})
/** To see that it works, everything may grow together. */
const together = async () => {
  const all = async (closers) => [
    ...(await floors(closers)),
    ...(await fewAndMany(closers, { processes, texts: await copiesOf(wire, flows - 1) })),
  ]
  const grown = await part('everything', all, filled)
  return { ofLive: grown, ofFlows: grown, ofProcesses: grown }
}
const { ofLive, ofFlows, ofProcesses } = await (smoke ? together() : parts())
const held = await inHouse(async (closers) => {
  process.stderr.write(`${HELD} conversations in memory\n`)
  const server = await startRekey({ flows: wire.flows }, closers)
  const load = await startLoad(closers)
  const leave = (least) =>
    load.ask('play', {
      wire: wire.name,
      urls: [server.ready.url],
      mails: [server.ready.mails],
      clients,
      seconds: 0,
      least,
      stopsAfter: MID_FLOW,
    })
  await leave(HELD / 10)
  const before = await server.ask('held')
  const { conversations } = await leave(HELD)
  return ((await server.ask('held')) - before) / conversations
})

async function fill({ url }, count, closers) {
  const filler = await startMeasured('../growth/fill-process.mjs', { redis: url, storedBytes: seen.sizes[MID_FLOW - 1] })
  closers.push(() => filler.stop())
  await filler.ask('fill', count)
  await filler.stop()
}

async function bytesOf(redis) {
  return Number(fieldsOf(await redis.info('memory')).used_memory)
}

const both = (turns, one, take) => take(turns[one])
const ratio = (taken, of, to, take) => spread(taken.map((turns) => both(turns, of, take) / both(turns, to, take)))
const cost = (taken, name, take) => spread(taken.map((turns) => both(turns, name, take)))
const rows = [
  [`live conversations, ${FEW_LIVE} to ${live}`, ofLive],
  [`flows, 1 to ${flows}`, ofFlows],
  [`processes, 1 to ${processes}`, ofProcesses],
].map(([says, { taken }]) => ({
  says,
  fewUs: cost(taken, 'few', costOf.server),
  manyUs: cost(taken, 'many', costOf.server),
  server: ratio(taken, 'many', 'few', costOf.server),
  redis: ratio(taken, 'many', 'few', costOf.redis),
  perSecond: ratio(taken, 'many', 'few', ({ conversations, wallUs }) => conversations / wallUs),
  rssMiB: ['few', 'many'].map((name) => Math.round(cost(taken, name, ({ rssBytes }) => rssBytes / 2 ** 20).median)),
}))
const floor = {
  server: ratio(ofProcesses.taken, 'floors', 'floor', costOf.server),
  redis: ratio(ofProcesses.taken, 'floors', 'floor', costOf.redis),
  perSecond: ratio(ofProcesses.taken, 'floors', 'floor', ({ conversations, wallUs }) => conversations / wallUs),
}
const ofFloors = spread(
  ofProcesses.taken.map(
    (turns) => costOf.server(turns.many) / costOf.server(turns.few) / (costOf.server(turns.floors) / costOf.server(turns.floor)),
  ),
)
const memory = {
  restMiB: ofLive.looked.restBytes / 2 ** 20,
  redisBytesPerConversation: ofLive.looked.redisBytes,
  heldBytesPerConversation: held,
}
const machine = machineOf({ node: process.version, redis: ofLive.looked.version })
const lines = [
  ...table(
    [
      '',
      '>CPU of the server for a conversation, µs',
      '>then',
      '>grows by',
      '>CPU of Redis grows by',
      '>conversations a second grow by',
      '>RSS, MiB',
    ],
    [
      ...rows.map(({ says, fewUs, manyUs, server, redis, perSecond, rssMiB }) => [
        says,
        between(fewUs),
        between(manyUs),
        between(server, 2),
        between(redis, 2),
        between(perSecond, 2),
        rssMiB.join(' to '),
      ]),
      [
        `processes, 1 to ${processes}: the floor`,
        '',
        '',
        between(floor.server, 2),
        between(floor.redis, 2),
        between(floor.perSecond, 2),
        '',
      ],
    ],
  ),
  '',
  `${placeOf(machine)}; ${rounds} rounds of ${seconds} s in turns, ${clients} clients, no failure. Of ${processes} processes every conversation meets each: a request goes to the next`,
  `one. They share ${machine.cores} cores with Redis and the load, so what more of them cost is seen here, and hardly what they gain. A server at rest takes ${memory.restMiB.toFixed(0)} MiB;`,
  `a live conversation ${memory.redisBytesPerConversation.toFixed(0)} bytes of Redis, its key and its expiry included, or ${(held / 1_024).toFixed(1)} KiB of the store in memory.`,
]
console.log(`\n${lines.join('\n')}`)
if (!smoke) {
  writeFigures('growth', {
    machine,
    load: { live, flows, processes, seconds, rounds, clients },
    rows,
    floor,
    ofFloors,
    memory,
    goals: [
      goal(6, `live conversations ${FEW_LIVE} to ${live}: cost of a conversation`, { most: 1.1 }, rows[0].server),
      goal(6, `flows 1 to ${flows}: the same`, { most: 1.05 }, rows[1].server),
      goal(6, `processes 1 to ${processes}: growth, of the floor’s growth`, { most: 1.1 }, ofFloors),
    ],
    rounds: [ofLive, ofFlows, ofProcesses].map(({ taken }) =>
      taken.map((turns) => Object.fromEntries(Object.entries(turns).map(([name, one]) => [name, costOf.server(one)]))),
    ),
  })
  writeBlock('growth', lines)
}
