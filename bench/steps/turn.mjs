// One turn of one subject: what is measured under load, with what the load process and Redis saw of it.
import { setTimeout as pause } from 'node:timers/promises'
import { causesOf, placesOf } from './causes.mjs'

const MOST_PLACES = 40
const PATIENCE_MS = 120_000
const LOOK_MS = 10

/**
 * A subject is what gets the same load as its rivals: `name`, the `wire` that is played, its `servers` (whose CPU time is added up), its `redis`, and for
 * Rekey `mails`, how many it has owed so far. A turn is from the first request until nothing is left to deliver: the look that each marked change is owed
 * comes seconds after it, and counts as well (`settles`).
 * @param {object} wishes `clients`, `seconds`, `least` conversations, and what the load process knows beside; `profiles` makes it a little slower.
 */
export async function turn(subject, load, { settles = true, profiles = false, ...played }) {
  const { servers, redis, wire } = subject
  const [first] = servers
  if (profiles) await first.ask('profile')
  await each(servers, 'watch')
  const [before, redisBefore] = [await each(servers, 'figures'), await redisFigures(redis)]
  const ready = servers.map((server) => server.ready)
  const mails = ready.flatMap((one) => one.mails ?? [])
  const found = await load.ask('play', {
    wire: wire.name,
    urls: ready.map(({ url }) => url),
    ...(mails.length > 0 && { mails }),
    ...played,
  })
  if (subject.mails !== undefined && found.failures === 0) {
    subject.mails += wire.mails * found.conversations
    await sent(servers, subject.mails)
    if (settles) await first.ask('settled')
  } else if (subject.mails !== undefined) {
    // What a conversation that failed was owed nobody knows.
    await each(servers, 'settled')
    subject.mails = sum(await each(servers, 'sent'))
  }
  const [after, redisAfter] = [await each(servers, 'figures'), await redisFigures(redis)]
  const profile = profiles ? await first.ask('profiled') : undefined
  return {
    ...found,
    serverCpuUs: sumOf(after, 'cpuUs') - sumOf(before, 'cpuUs'),
    rssBytes: sumOf(after, 'rssBytes'),
    mostRssBytes: sum(await each(servers, 'watched')),
    ...(profile && { profile: { causes: causesOf(profile), places: placesOf(profile, MOST_PLACES) } }),
    ...(redisAfter && {
      redisCpuUs: redisAfter.cpuUs - redisBefore.cpuUs,
      commands: differences(redisBefore.commands, redisAfter.commands),
    }),
  }
}

/** What one conversation of a turn has cost. CPU times are microseconds. */
export const costOf = {
  server: ({ serverCpuUs, conversations }) => serverCpuUs / conversations,
  redis: ({ redisCpuUs, conversations }) => redisCpuUs / conversations,
}

/** @throws Error when more mails were sent than are owed, or the last of them does not come. */
async function sent(servers, owed) {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const count = sum(await each(servers, 'sent'))
    if (count === owed) return
    if (count > owed || performance.now() > end) throw new Error(`${count} mails were sent where ${owed} are owed`)
    await pause(LOOK_MS)
  }
}

function each(servers, question) {
  return Promise.all(servers.map((server) => server.ask(question)))
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0)
}

function sumOf(figures, name) {
  return sum(figures.map((one) => one[name]))
}

async function redisFigures(redis) {
  if (redis === undefined) return undefined
  const cpu = fieldsOf(await redis.info('cpu'))
  const commands = Object.entries(fieldsOf(await redis.info('commandstats'))).map(([name, line]) => {
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

export async function versionOf(redis) {
  const { redis_version: version, server_name: name, valkey_version: valkey } = fieldsOf(await redis.info('server'))
  return valkey === undefined ? version : `${name} ${valkey}`
}

/** The lines of an answer to INFO. */
export function fieldsOf(text) {
  return Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}
