// The rounds: each subject gets its turn in each, in a random order, under the same load from a process of its own.
import { causesOf, placesOf } from './causes.mjs'
import { startMeasured } from './measured.mjs'
import { MAILS } from './probe.mjs'
import { startFloor, startRekey, startStore } from './servers.mjs'
import { shuffled } from './statistics.mjs'

/** Conversations before anything counts: until then the engine of Node still compiles what is called most. */
const WARM_UP = 4_000
const MOST_PLACES = 40

/** @returns {Promise<{ versions: object, rounds: object[], profiles?: object }>} a round is the turns of all subjects by name. */
export async function run({ seen, seconds, rounds, clients, profiles, settles = true, warmUp = WARM_UP }) {
  const closers = []
  const leave = () => {
    void endAll(closers).finally(() => process.exit(1))
  }
  process.once('SIGINT', leave).once('SIGTERM', leave)
  try {
    const subjects = await startAll(seen, closers)
    const load = await startMeasured('load-process.mjs')
    closers.push(() => load.stop())
    const turn = (subject, more) => measured(subject, load, { clients, seconds, settles, ...more })
    // Compiled by then.
    for (const subject of subjects) await turn(subject, { seconds: 0, least: warmUp })
    const taken = []
    for (let round = 1; round <= rounds; round += 1) {
      const turns = {}
      for (const subject of shuffled(subjects)) turns[subject.name] = await turn(subject)
      taken.push(turns)
      process.stderr.write(`round ${round} of ${rounds}\n`)
    }
    const [, rekey, , inMemory] = subjects
    const versions = { node: process.version, redis: await versionOf(rekey.redis) }
    return { versions, rounds: taken, ...(profiles && { profiles: await profilesOf([rekey, inMemory], turn) }) }
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave)
    await endAll(closers)
  }
}

async function endAll(closers) {
  for (const close of closers.splice(0).toReversed()) await close()
}

async function startAll(seen, closers) {
  const [floorStore, rekeyStore] = [await startStore(closers), await startStore(closers)]
  const floor = await startFloor(floorStore.url, seen, closers)
  const rekey = await startRekey(rekeyStore.url, closers)
  return [
    { name: 'floor', server: floor, redis: floorStore.redis },
    { name: 'rekey', server: rekey, redis: rekeyStore.redis, mails: 0 },
    { name: 'floor in memory', server: await startFloor(undefined, seen, closers) },
    { name: 'rekey in memory', server: await startRekey(undefined, closers), mails: 0 },
  ]
}

async function profilesOf(subjects, turn) {
  const found = {}
  for (const subject of subjects) found[subject.name] = (await turn(subject, { profiles: true })).profile
  return found
}

/**
 * One turn: from the first request until nothing is left to deliver. The look that each marked change is owed comes seconds after it, and counts as well.
 * A profile makes it a little slower.
 */
async function measured(subject, load, { clients, seconds, least = 0, settles = true, profiles = false }) {
  const { server, redis } = subject
  if (profiles) await server.ask('profile')
  const [before, redisBefore] = [await server.ask('figures'), await redisFigures(redis)]
  const played = await load.ask('play', { ...server.ready, clients, seconds, least })
  if (subject.mails !== undefined) {
    subject.mails += MAILS * played.conversations
    const sent = await server.ask('mailed', subject.mails)
    if (sent !== subject.mails) throw new Error(`${sent} mails were sent where ${subject.mails} are owed`)
    if (settles) await server.ask('settled')
  }
  const [after, redisAfter] = [await server.ask('figures'), await redisFigures(redis)]
  const profile = profiles ? await server.ask('profiled') : undefined
  return {
    ...played,
    serverCpuUs: after.cpuUs - before.cpuUs,
    rssBytes: after.rssBytes,
    ...(profile && { profile: { causes: causesOf(profile), places: placesOf(profile, MOST_PLACES) } }),
    ...(redisAfter && {
      redisCpuUs: redisAfter.cpuUs - redisBefore.cpuUs,
      commands: differences(redisBefore.commands, redisAfter.commands),
    }),
  }
}

async function redisFigures(redis) {
  if (redis === undefined) return undefined
  const cpu = fields(await redis.info('cpu'))
  const commands = Object.entries(fields(await redis.info('commandstats'))).map(([name, line]) => {
    const [, calls, usec] = /^calls=(\d+),usec=(\d+)/.exec(line) ?? []
    return [name.replace('cmdstat_', ''), { calls: Number(calls), us: Number(usec) }]
  })
  return {
    cpuUs: (Number(cpu.used_cpu_sys) + Number(cpu.used_cpu_user)) * 1_000_000,
    commands: Object.fromEntries(commands),
  }
}

function differences(before, after) {
  const changed = Object.entries(after).map(([name, { calls, us }]) => [
    name,
    { calls: calls - (before[name]?.calls ?? 0), us: us - (before[name]?.us ?? 0) },
  ])
  return Object.fromEntries(changed.filter(([, { calls }]) => calls > 0))
}

async function versionOf(redis) {
  const { redis_version: version, server_name: name, valkey_version: valkey } = fields(await redis.info('server'))
  return valkey === undefined ? version : `${name} ${valkey}`
}

function fields(text) {
  return Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}
