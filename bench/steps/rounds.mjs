// The rounds: each subject gets its turn in each, in a random order, under the same load from a process of its own.
import { randomBytes } from 'node:crypto'
import { inHouse } from './house.mjs'
import { startMeasured } from './measured.mjs'
import { startFloor, startRekey, startStore } from './servers.mjs'
import { shuffled } from './statistics.mjs'
import { turn, versionOf } from './turn.mjs'

/**
 * @param {object} wishes `wire`; `seen`: what the probe has; `memory`: the two without Redis have their turns as well; `shared`: a Rekey and a load process that run
 *   already, where being quick counts for more.
 * @returns {Promise<{ versions: object, rounds: object[], profiles?: object }>} a round is the turns of all subjects by name.
 */
export function run({ wire, seen, seconds, rounds, clients, memory = false, profiles = false, settles = true, warmUp, shared = {} }) {
  return inHouse(async (closers) => {
    const rekey = shared.rekey === undefined ? await rekeySubject({ wire }, closers) : Object.assign(shared.rekey, { wire })
    const subjects = [await floorSubject({ wire, seen }, closers), rekey]
    if (memory) {
      subjects.push(
        { name: 'floor in memory', wire, servers: [await startFloor({ wire, seen }, closers)] },
        await rekeyInMemory({ wire }, closers),
      )
    }
    const load = shared.load ?? (await startLoad(closers))
    for (const subject of subjects) await turn(subject, load, { clients, seconds: 0, least: warmUp, settles })
    const taken = await inTurns(subjects, rounds, (subject) => turn(subject, load, { clients, seconds, settles }))
    const versions = { node: process.version, redis: await versionOf(rekey.redis) }
    const found = {}
    if (profiles)
      for (const subject of subjects.filter(({ mails }) => mails !== undefined))
        found[subject.name] = (await turn(subject, load, { clients, seconds, settles, profiles: true })).profile
    return { versions, rounds: taken, ...(profiles && { profiles: found }) }
  })
}

/** @returns {Promise<Record<string, any>[]>} for each round, what came of the turn of each subject, by its name. */
export async function inTurns(subjects, rounds, take) {
  const taken = []
  for (let round = 1; round <= rounds; round += 1) {
    const turns = {}
    for (const subject of shuffled(subjects)) turns[subject.name] = await take(subject)
    taken.push(turns)
    process.stderr.write(`round ${round} of ${rounds}\n`)
  }
  return taken
}

export async function startLoad(closers) {
  const load = await startMeasured('load-process.mjs')
  closers.push(() => load.stop())
  return load
}

/** The floor with a Redis of its own, as a subject. */
export async function floorSubject({ name = 'floor', wire, seen, processes = 1 }, closers) {
  const { url, redis } = await startStore(closers)
  const secret = randomBytes(32).toString('base64')
  return { name, wire, servers: await inOrder(processes, () => startFloor({ wire, redis: url, seen, secret }, closers)), redis }
}

/** Rekey with a Redis of its own, as a subject. */
export async function rekeySubject({ name = 'rekey', wire, processes = 1, ...wishes }, closers) {
  const { url, redis } = await startStore(closers)
  const servers = await inOrder(processes, () => startRekey({ flows: wire?.flows, ...wishes, redis: url }, closers))
  return { name, wire, servers, redis, url, mails: 0 }
}

/** Rekey with nothing but its own memory, as a subject. */
export async function rekeyInMemory({ name = 'rekey in memory', wire, ...wishes }, closers) {
  return { name, wire, servers: [await startRekey({ flows: wire.flows, ...wishes }, closers)], mails: 0 }
}

async function inOrder(count, start) {
  const started = []
  while (started.length < count) started.push(await start())
  return started
}
