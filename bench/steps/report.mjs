import { readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { fileURLToPath } from 'node:url'
import { REQUESTS } from './conversation.mjs'
import { spread } from './statistics.mjs'

const FIGURES = fileURLToPath(new URL('../steps.json', import.meta.url))
const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const BLOCK = /(<!-- steps: written by `npm run bench` -->\n)[\s\S]*?(<!-- \/steps -->)/
const SUBJECTS = ['floor', 'rekey', 'floor in memory', 'rekey in memory']
const WORDS = {
  floor: 'floor, Redis',
  rekey: 'Rekey, Redis',
  'floor in memory': 'floor, memory',
  'rekey in memory': 'Rekey, memory',
}

/** What all rounds come to. CPU times are microseconds for one conversation. */
export function summaryOf({ versions, rounds, seen, seconds, clients }) {
  const each = (name, take) => spread(rounds.map((turns) => take(turns[name])))
  const subjects = SUBJECTS.map((name) => ({
    name,
    conversations: rounds.reduce((sum, turns) => sum + turns[name].conversations, 0),
    serverUs: each(name, ({ serverCpuUs, conversations }) => serverCpuUs / conversations),
    redisUs:
      rounds[0][name].redisCpuUs === undefined ? undefined : each(name, ({ redisCpuUs, conversations }) => redisCpuUs / conversations),
    clientShare: each(name, ({ cpuUs, serverCpuUs, redisCpuUs = 0 }) => cpuUs / (cpuUs + serverCpuUs + redisCpuUs)),
    perSecond: each(name, ({ conversations, wallUs }) => (conversations * 1_000_000) / wallUs),
    p50: each(name, ({ latencyUs }) => latencyUs.p50),
    p99: each(name, ({ latencyUs }) => latencyUs.p99),
    p999: each(name, ({ latencyUs }) => latencyUs.p999),
    rssMiB: each(name, ({ rssBytes }) => rssBytes / 2 ** 20),
  }))
  const ratio = (of, to, take) => spread(rounds.map((turns) => take(turns[of]) / take(turns[to])))
  const server = ({ serverCpuUs, conversations }) => serverCpuUs / conversations
  const redis = ({ redisCpuUs, conversations }) => redisCpuUs / conversations
  return {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, system: `${platform()} ${arch()}`, ...versions },
    load: { seconds, clients, rounds: rounds.length },
    subjects,
    ratios: {
      server: ratio('rekey', 'floor', server),
      serverInMemory: ratio('rekey in memory', 'floor in memory', server),
      redis: ratio('rekey', 'floor', redis),
    },
    requests: seen.requests,
    delivery: seen.delivery,
  }
}

/** Prints what was found. */
export function print(summary, { rounds, profiles = {} }) {
  const { machine, load, requests, delivery } = summary
  console.log(`\nA complete reset over the ForgeRock wire, ${REQUESTS.length} requests, no hash (${placeOf(summary)})`)
  console.log(`${load.rounds} rounds of ${load.seconds} s with ${load.clients} clients; middle half of the rounds in parentheses\n`)
  for (const line of tableOf(summary)) console.log(line)
  console.log(`\nRedis ${machine.redis}: what one conversation sends\n`)
  console.log('| request | round trips | commands, those together in one | stored, bytes | in memory, bytes |')
  console.log('| --- | ---: | --- | ---: | ---: |')
  for (const { request, flights, storedBytes, memoryBytes } of requests)
    console.log(
      `| ${request} | ${flights.length} | ${flights.map((commands) => commands.join(' + ')).join('; ')} | ${storedBytes} | ${memoryBytes} |`,
    )
  console.log(`\nHanding out its mails and its story, beside the requests: ${counted(delivery)}.`)
  printCommands(rounds)
  for (const [name, profile] of Object.entries(profiles)) printProfile(summary, name, profile)
}

/** What Redis did for one conversation under load, with the commands inside scripts. */
function printCommands(rounds) {
  const of = (name) => {
    const all = new Map()
    const conversations = rounds.reduce((sum, turns) => sum + turns[name].conversations, 0)
    for (const turns of rounds)
      for (const [command, { calls, us }] of Object.entries(turns[name].commands)) {
        const known = all.get(command) ?? { calls: 0, us: 0 }
        all.set(command, { calls: known.calls + calls, us: known.us + us })
      }
    return [...all]
      .map(([command, { calls, us }]) => ({ command, calls: calls / conversations, us: us / conversations }))
      .toSorted((a, b) => b.us - a.us)
      .slice(0, 8)
      .map(({ command, calls, us }) => `${command} ${calls.toFixed(1)} times, ${us.toFixed(0)} µs`)
      .join('; ')
  }
  console.log(`\nInside Redis, for one conversation under load (what is called by a script counts there as well):`)
  for (const name of ['floor', 'rekey']) console.log(`  ${WORDS[name]}: ${of(name)}`)
}

function printProfile({ subjects }, of, { causes, places }) {
  const { serverUs } = subjects.find(({ name }) => name === of)
  console.log(`\n${WORDS[of]}: where the time of the server goes (main thread, idleness left out; µs: that part of a conversation)\n`)
  console.log('| cause | part | µs |')
  console.log('| --- | ---: | ---: |')
  for (const { cause, share } of causes)
    console.log(`| ${cause} | ${(share * 100).toFixed(1)} % | ${(share * serverUs.median).toFixed(0)} |`)
  const whole = causes.reduce((sum, { share }) => sum + share, 0)
  console.log(`| all | ${(whole * 100).toFixed(1)} % | ${(whole * serverUs.median).toFixed(0)} |`)
  console.log('\nThe functions with the most time in themselves:')
  for (const { place, share } of places) console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${place}`)
}

/** Keeps the figures of a whole run, and puts them into the README. */
export function write(summary, { rounds, profiles = {} }) {
  const causes = Object.fromEntries(Object.entries(profiles).map(([name, profile]) => [name, profile.causes]))
  writeFileSync(FIGURES, `${JSON.stringify({ ...summary, causes, rounds }, undefined, 2)}\n`)
  const readme = readFileSync(README, 'utf8')
  if (!BLOCK.test(readme)) throw new Error('the README has no block for what a step costs')
  writeFileSync(
    README,
    readme.replace(BLOCK, (_, from, to) => `${from}${blockOf(summary)}${to}`),
  )
}

function blockOf(summary) {
  const { requests, load } = summary
  const trips = requests.map(({ request, flights }) => `${request} ${flights.length}`).join(', ')
  const live = Math.max(...requests.slice(0, -1).map(({ memoryBytes }) => memoryBytes))
  const lines = [
    '',
    ...tableOf(summary),
    '',
    `${placeOf(summary)}; ${load.rounds} rounds of ${load.seconds} s in turns, ${load.clients} clients, no failure; the middle half of the rounds in parentheses.`,
    `Round trips to Redis: ${trips}. A live conversation takes at most ${live} bytes of Redis, sealed.`,
    '',
  ]
  return `${lines.join('\n')}\n`
}

function tableOf({ subjects, ratios }) {
  const ofFloor = { rekey: ratios.server, 'rekey in memory': ratios.serverInMemory }
  const row = ({ name, serverUs, redisUs, p50, p99, p999, rssMiB, clientShare }) =>
    `| ${[
      WORDS[name],
      between(serverUs),
      (serverUs.median / REQUESTS.length).toFixed(0),
      ofFloor[name] === undefined ? '' : between(ofFloor[name], 2),
      redisUs === undefined ? '' : between(redisUs),
      name === 'rekey' ? between(ratios.redis, 2) : '',
      [p50, p99, p999].map(({ median: us }) => (us / 1_000).toFixed(1)).join(', '),
      rssMiB.median.toFixed(0),
      `${(clientShare.median * 100).toFixed(0)} %`,
    ].join(' | ')} |`
  return [
    '| | CPU of the server for a conversation, µs | for a request | of the floor | CPU of Redis, µs | of the floor | p50, p99, p99.9 of a request, ms | RSS, MiB | client’s part of all CPU |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...subjects.map(row),
  ]
}

function between({ median: middle, low, high }, digits = 0) {
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}

function placeOf({ machine: { cpu, cores, node, redis } }) {
  return `${cpu}, ${cores} cores, Node ${node}, Redis ${redis}`
}

function counted(commands) {
  const counts = new Map()
  for (const command of commands) counts.set(command, (counts.get(command) ?? 0) + 1)
  return [...counts].map(([command, count]) => `${command} ${count}`).join(', ')
}
