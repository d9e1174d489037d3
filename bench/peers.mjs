// What others cost beside Rekey, in one run and in turns: better-auth's reset, and node-oidc-provider's log-in for scale. They are installed in a folder of their
// own, by this bench alone. Part of `npm run bench`.
// Usage: node bench/peers.mjs                 5 rounds of each; writes bench/peers.json and the table in the README
//        node bench/peers.mjs --smoke         a short form that only shows that it works
//        --seconds 5 (of each turn), --rounds 5, --clients 32, --warm-up 4000 (conversations before anything counts)
import { installPeers } from './peers/install.mjs'
import { begin } from './steps/begin.mjs'

const PEOPLE = 20_000

const { seconds, rounds, clients, warmUp, smoke } = begin({ seconds: [5, 0.3], rounds: [5, 1], clients: [32, 4] })
const peers = installed()
const { hash } = await import('./peers/hash.mjs')
const { between, goal, machineOf, placeOf, table, writeBlock, writeFigures } = await import('./steps/figures.mjs')
const { inHouse } = await import('./steps/house.mjs')
const { startMeasured } = await import('./steps/measured.mjs')
const { nameOf } = await import('./steps/people.mjs')
const { inTurns, rekeyInMemory, rekeySubject, startLoad } = await import('./steps/rounds.mjs')
const { startRekey } = await import('./steps/servers.mjs')
const { spread } = await import('./steps/statistics.mjs')
const { costOf, turn, versionOf } = await import('./steps/turn.mjs')
const { WIRES } = await import('./steps/wires.mjs')
const { PEER_WIRES } = await import('./peers/wires.mjs')

/** Conversations with hashes before anything counts: each takes a while. */
const MOST_HASHED = 1_000
/** Clients where passwords are hashed: more would only wait in line, and at last too long. */
const MOST_HASHING = 8

const { versions, taken } = await inHouse(async (closers) => {
  const wire = WIRES.forgerock
  const peer = async (name, program, of, given) => {
    const server = await startMeasured(`../peers/${program}`, given)
    closers.push(() => server.stop())
    return { name, wire: PEER_WIRES[of], servers: [server], people: given.people, ...(PEER_WIRES[of].mails > 0 && { mails: 0 }) }
  }
  const people = smoke ? 500 : PEOPLE
  const hashed = smoke ? 100 : 5_000
  const rekey = await rekeySubject({ wire }, closers)
  const subjects = [
    rekey,
    await rekeyInMemory({ wire }, closers),
    await peer('better-auth', 'better-auth-process.mjs', 'better-auth', { people, hashes: false }),
    await peer('oidc-provider', 'oidc-process.mjs', 'oidc-provider', {}),
    { name: 'rekey, hashing', wire, servers: [await startHashing(wire, hashed, closers)], mails: 0, people: hashed, hashes: true },
    { ...(await peer('better-auth, hashing', 'better-auth-process.mjs', 'better-auth', { people: hashed, hashes: true })), hashes: true },
  ]
  const load = await startLoad(closers)
  const take = (subject, more) =>
    turn(subject, load, {
      clients: subject.hashes ? Math.min(clients, MOST_HASHING) : clients,
      seconds,
      settles: !smoke,
      people: subject.people,
      ...more,
    })
  for (const subject of subjects) await take(subject, { seconds: 0, least: subject.hashes ? Math.min(warmUp, MOST_HASHED) : warmUp })
  const found = await inTurns(subjects, rounds, (subject) => take(subject))
  return { versions: { node: process.version, redis: await versionOf(rekey.redis), ...peers }, taken: found }
})

/** With everything at its default: people in the file that comes with it, and passwords hashed. Each has a password, and is met once. */
async function startHashing(wire, count, closers) {
  const passwordHash = await hash('the old secret of the bench')
  const list = Array.from({ length: count }, (_, number) => nameOf(0, 0, number)).map((userName) => ({
    userName,
    givenName: 'Given',
    surname: 'Surname',
    mail: `${userName}@example.org`,
    passwordHash,
  }))
  return startRekey(
    {
      flows: wire.flows,
      files: { 'people.yaml': JSON.stringify({ people: list }) },
      config: { directory: { file: 'people.db', seed: 'people.yaml' } },
      given: { ownPeople: true },
    },
    closers,
  )
}

const SAYS = {
  rekey: 'Rekey, Redis: a reset over the ForgeRock wire',
  'rekey in memory': 'Rekey, memory: the same',
  'better-auth': 'better-auth, maps: a reset',
  'oidc-provider': 'node-oidc-provider, memory: a log-in',
  'rekey, hashing': 'Rekey, everything at its default: a reset',
  'better-auth, hashing': 'better-auth, maps, its own hashes: a reset',
}
const subjects = Object.keys(SAYS).map((name) => ({
  name,
  requests: taken[0][name].requests / taken[0][name].conversations,
  conversations: taken.reduce((sum, turns) => sum + turns[name].conversations, 0),
  serverUs: spread(taken.map((turns) => costOf.server(turns[name]))),
  p99: spread(taken.map((turns) => turns[name].latencyUs.p99)),
}))
const ratio = (of, to) => spread(taken.map((turns) => costOf.server(turns[of]) / costOf.server(turns[to])))
const ratios = {
  'better-auth of Rekey on Redis': ratio('better-auth', 'rekey'),
  'better-auth of Rekey in memory': ratio('better-auth', 'rekey in memory'),
  'better-auth of Rekey, with hashes': ratio('better-auth, hashing', 'rekey, hashing'),
  'Rekey on Redis of oidc-provider': ratio('rekey', 'oidc-provider'),
  'Rekey in memory of oidc-provider': ratio('rekey in memory', 'oidc-provider'),
}
const OF = {
  rekey: '1',
  'rekey in memory': '',
  'better-auth': `${between(ratios['better-auth of Rekey on Redis'], 2)}; of Rekey in memory ${between(ratios['better-auth of Rekey in memory'], 2)}`,
  'oidc-provider': between(ratio('oidc-provider', 'rekey'), 2),
  'rekey, hashing': '1',
  'better-auth, hashing': between(ratios['better-auth of Rekey, with hashes'], 2),
}
const machine = machineOf(versions)
const lines = [
  ...table(
    ['', '>requests', '>CPU of the server for a conversation, µs', '>of Rekey', '>p99 of a request, ms'],
    subjects.map(({ name, requests, serverUs, p99 }) => [
      SAYS[name],
      requests,
      between(serverUs),
      OF[name],
      (p99.median / 1_000).toFixed(1),
    ]),
  ),
  '',
  `${placeOf(machine)}, better-auth ${peers.betterAuth}, oidc-provider ${peers.oidcProvider}; ${rounds} rounds of ${seconds} s in turns, ${clients} clients, no failure.`,
  `No password is hashed but in the last two rows, which have at most ${MOST_HASHING} clients.`,
]
console.log(`\n${lines.join('\n')}`)
if (!smoke) {
  writeFigures('peers', {
    machine,
    load: { seconds, rounds, clients },
    subjects,
    ratios,
    goals: [
      goal(2, 'better-auth’s reset, of ours on Redis', { least: 3 }, ratios['better-auth of Rekey on Redis']),
      goal(2, 'better-auth’s reset, of ours in memory', { least: 3 }, ratios['better-auth of Rekey in memory']),
      goal(2, 'with hashes, defaults against defaults', { least: 4 }, ratios['better-auth of Rekey, with hashes']),
      goal(3, 'our reset on Redis, of node-oidc-provider’s log-in in memory', { most: 1 }, ratios['Rekey on Redis of oidc-provider']),
      goal(3, 'our reset in memory, of the same', { most: 1 }, ratios['Rekey in memory of oidc-provider']),
    ],
    rounds: taken.map((turns) => Object.fromEntries(Object.entries(turns).map(([name, one]) => [name, costOf.server(one)]))),
  })
  writeBlock('peers', lines)
}

/** A short form shows that the bench works, which does not fail where the others cannot be had; that they were left out is said. */
function installed() {
  try {
    return installPeers()
  } catch (error) {
    if (!smoke) throw error
    console.error(`peers: nothing was measured, as ${error.message}`)
    return process.exit(0)
  }
}
