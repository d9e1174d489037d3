import { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } from './figures.mjs'
import { spread } from './statistics.mjs'
import { costOf } from './turn.mjs'
import { WIRES } from './wires.mjs'

const WORDS = {
  floor: 'floor, Redis',
  rekey: 'Rekey, Redis',
  'floor in memory': 'floor, memory',
  'rekey in memory': 'Rekey, memory',
}
/** Of one conversation mid-flow in Redis. */
const MOST_BYTES = 640

/** What all rounds of all wires come to. CPU times are microseconds for one conversation. @param {Record<string, any>} found by name of the wire. */
export function summaryOf(found, { seconds, clients }) {
  const [{ versions, rounds }] = Object.values(found)
  return {
    machine: machineOf(versions),
    load: { seconds, clients, rounds: rounds.length },
    wires: Object.fromEntries(Object.entries(found).map(([name, one]) => [name, wireSummary(one)])),
  }
}

function wireSummary({ seen, rounds, profiles }) {
  const each = (name, take) => spread(rounds.map((turns) => take(turns[name])))
  const subjects = Object.keys(WORDS)
    .filter((name) => name in rounds[0])
    .map((name) => ({
      name,
      conversations: rounds.reduce((sum, turns) => sum + turns[name].conversations, 0),
      serverUs: each(name, costOf.server),
      ...(rounds[0][name].redisCpuUs !== undefined && { redisUs: each(name, costOf.redis) }),
      clientShare: each(name, ({ cpuUs, serverCpuUs, redisCpuUs = 0 }) => cpuUs / (cpuUs + serverCpuUs + redisCpuUs)),
      perSecond: each(name, ({ conversations, wallUs }) => (conversations * 1_000_000) / wallUs),
      p50: each(name, ({ latencyUs }) => latencyUs.p50),
      p99: each(name, ({ latencyUs }) => latencyUs.p99),
      p999: each(name, ({ latencyUs }) => latencyUs.p999),
      rssMiB: each(name, ({ rssBytes }) => rssBytes / 2 ** 20),
    }))
  const ratio = (of, to, take) => spread(rounds.map((turns) => take(turns[of]) / take(turns[to])))
  return {
    subjects,
    ratios: {
      server: ratio('rekey', 'floor', costOf.server),
      redis: ratio('rekey', 'floor', costOf.redis),
      ...('rekey in memory' in rounds[0] && { serverInMemory: ratio('rekey in memory', 'floor in memory', costOf.server) }),
    },
    requests: seen.requests.map(({ request, flights, storedBytes, memoryBytes }) => ({
      request,
      trips: flights.length,
      commands: flights.map((commands) => commands.join(' + ')).join('; '),
      storedBytes,
      memoryBytes,
    })),
    delivery: seen.delivery.join(', '),
    commands: Object.fromEntries(subjects.flatMap(({ name }) => commandsOf(name, rounds))),
    ...(profiles && { causes: Object.fromEntries(Object.entries(profiles).map(([name, { causes }]) => [name, causes])) }),
    rounds: rounds.map((turns) =>
      Object.fromEntries(
        Object.entries(turns).map(([name, turn]) => [
          name,
          {
            conversations: turn.conversations,
            serverUs: costOf.server(turn),
            ...(turn.redisCpuUs !== undefined && { redisUs: costOf.redis(turn) }),
            p99: turn.latencyUs.p99,
          },
        ]),
      ),
    ),
  }
}

/** What Redis did for one conversation under load, with the commands inside scripts; in memory nothing. */
function commandsOf(name, rounds) {
  if (rounds[0][name].commands === undefined) return []
  const all = new Map()
  const conversations = rounds.reduce((sum, turns) => sum + turns[name].conversations, 0)
  for (const turns of rounds)
    for (const [command, { calls, us }] of Object.entries(turns[name].commands)) {
      const known = all.get(command) ?? { calls: 0, us: 0 }
      all.set(command, { calls: known.calls + calls, us: known.us + us })
    }
  const most = [...all]
    .toSorted(([, a], [, b]) => b.us - a.us)
    .slice(0, 8)
    .map(([command, { calls, us }]) => `${command} ${(calls / conversations).toFixed(1)} times, ${(us / conversations).toFixed(0)} µs`)
  return [[name, most.join('; ')]]
}

/** Prints what was found. @param {Record<string, any>} found as `summaryOf` takes it. */
export function print(summary, found) {
  const { load, wires } = summary
  console.log(`\nWhat a conversation costs, no hash (${placeOf(summary.machine)})`)
  console.log(`${load.rounds} rounds of ${load.seconds} s with ${load.clients} clients; middle half of the rounds in parentheses\n`)
  for (const line of [...tableOf(summary), '', ...wiresTable(summary)]) console.log(line)
  for (const [name, { requests, delivery, commands }] of Object.entries(wires)) {
    console.log(`\n${WIRES[name].says}: what one conversation sends to Redis\n`)
    const rows = requests.map((one) => [one.request, one.trips, one.commands, one.storedBytes, one.memoryBytes])
    for (const line of table(['request', '>round trips', 'commands, those together in one', '>stored, bytes', '>in memory, bytes'], rows))
      console.log(line)
    console.log(`\nHanding out its mails and its story, beside the requests: ${counted(delivery.split(', '))}.`)
    console.log('Inside Redis, for one conversation under load (what is called by a script counts there as well):')
    for (const [subject, text] of Object.entries(commands)) console.log(`  ${WORDS[subject]}: ${text}`)
  }
  for (const [name, { profiles = {} }] of Object.entries(found))
    for (const [subject, profile] of Object.entries(profiles)) printProfile(wires[name], subject, profile)
}

function printProfile({ subjects }, of, { causes, places }) {
  const { serverUs } = subjects.find(({ name }) => name === of)
  console.log(`\n${WORDS[of]}: where the time of the server goes (main thread, idleness left out; µs: that part of a conversation)\n`)
  const whole = causes.reduce((sum, { share }) => sum + share, 0)
  const rows = [...causes, { cause: 'all', share: whole }].map(({ cause, share }) => [
    cause,
    `${(share * 100).toFixed(1)} %`,
    (share * serverUs.median).toFixed(0),
  ])
  for (const line of table(['cause', '>part', '>µs'], rows)) console.log(line)
  console.log('\nThe functions with the most time in themselves:')
  for (const { place, share } of places) console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${place}`)
}

/** Keeps the figures of a whole run, and puts them into the README. */
export function write(summary) {
  writeFigures('steps', { ...summary, goals: goalsOf(summary) })
  const { load, wires } = summary
  const trips = wires.forgerock.requests.map(({ request, trips: count }) => `${request} ${count}`).join(', ')
  writeBlock('steps', [
    ...tableOf(summary),
    '',
    `${placeOf(summary.machine)}; ${load.rounds} rounds of ${load.seconds} s in turns, ${load.clients} clients, no failure; the middle half of the rounds in parentheses.`,
    `Round trips to Redis: ${trips}. A live conversation takes at most ${mostBytes(wires.forgerock)} bytes of Redis, sealed.`,
    '',
    'Each dialect beside a floor of its own, which answers as many requests as long, and calls Redis where no server of that wire could do without:',
    '',
    ...wiresTable(summary),
  ])
}

function goalsOf({ wires }) {
  const all = Object.entries(wires)
  return [
    ...all.map(([name, { ratios }]) => goal(1, `${WIRES[name].says}, of its floor`, { most: 1.35 }, ratios.server)),
    ...all.map(([name, one]) => goal(4, `${WIRES[name].says}: round trips above those allowed, at most`, { most: 0 }, tripsAbove(one))),
    ...all.map(([name, { ratios }]) => goal(4, `${WIRES[name].says}: CPU of Redis, of its floor`, { most: 1.3 }, ratios.redis)),
    ...all
      .filter(([, { requests }]) => requests.length > 1)
      .map(([name, one]) => goal(5, `${WIRES[name].says}: bytes of Redis mid-flow`, { most: MOST_BYTES }, mostBytes(one))),
  ]
}

/** Two round trips are allowed for a step, one more for budgets, and one more for a change. */
function tripsAbove({ requests }) {
  return Math.max(
    ...requests.map(({ trips, commands }) => trips - (2 + (commands.includes('budget') ? 1 : 0) + (/\bmark\b/.test(commands) ? 1 : 0))),
  )
}

/** What is left of an ended conversation counts as none. */
function mostBytes({ requests }) {
  return Math.max(...requests.slice(0, -1).map(({ memoryBytes }) => memoryBytes))
}

/** Of the first wire, which in a whole run is ForgeRock's. */
function tableOf({ wires }) {
  const [{ subjects, ratios, requests }] = Object.values(wires)
  const ofFloor = { rekey: ratios.server, 'rekey in memory': ratios.serverInMemory }
  return table(
    [
      '',
      '>CPU of the server for a conversation, µs',
      '>for a request',
      '>of the floor',
      '>CPU of Redis, µs',
      '>of the floor',
      '>p50, p99, p99.9 of a request, ms',
      '>RSS, MiB',
      '>client’s part of all CPU',
    ],
    subjects.map(({ name, serverUs, redisUs, p50, p99, p999, rssMiB, clientShare }) => [
      WORDS[name],
      between(serverUs),
      (serverUs.median / requests.length).toFixed(0),
      ofFloor[name] === undefined ? '' : between(ofFloor[name], 2),
      redisUs === undefined ? '' : between(redisUs),
      name === 'rekey' ? between(ratios.redis, 2) : '',
      [p50, p99, p999].map(({ median: us }) => (us / 1_000).toFixed(1)).join(', '),
      rssMiB.median.toFixed(0),
      `${(clientShare.median * 100).toFixed(0)} %`,
    ]),
  )
}

function wiresTable({ wires }) {
  const rows = Object.entries(wires).map(([name, { subjects, ratios, requests }]) => {
    const [floor, rekey] = subjects
    const each = ({ serverUs }) => (serverUs.median / requests.length).toFixed(0)
    return [
      WIRES[name].says,
      requests.length,
      each(floor),
      each(rekey),
      between(ratios.server, 2),
      between(ratios.redis, 2),
      requests.map(({ trips }) => trips).join(', '),
    ]
  })
  return table(
    ['', '>requests', '>floor, µs for a request', '>Rekey', '>of the floor', '>CPU of Redis, of the floor', '>round trips to Redis'],
    rows,
  )
}

function counted(commands) {
  const counts = new Map()
  for (const command of commands) counts.set(command, (counts.get(command) ?? 0) + 1)
  return [...counts].map(([command, count]) => `${command} ${count}`).join(', ')
}
