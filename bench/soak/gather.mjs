import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MAIN } from '../../scripts/build.mjs'
import { passwordOf } from './client.mjs'
import { now, until } from './clock.mjs'
import { HistoryReader } from './history-file.mjs'
import { PREFIX } from './redis-house.mjs'

const { verify } = createRequire(new URL('../../packages/server/package.json', import.meta.url))('@node-rs/argon2')
/** The longest pause before a message is tried again is some minutes; a claim of a killed process goes to another one after half a minute. */
const SETTLE_MS = 240_000

/** Waits until nothing is owed any more. @returns what the store holds then. */
export async function settle(house, say) {
  const redis = house.redis.connect()
  try {
    let last = -1
    const from = now()
    const rest = await until(
      'an empty outbox',
      async () => {
        const owed = await owedIn(redis)
        if (owed !== last) say(`${owed} messages are owed`)
        last = owed
        return owed === 0 ? { owed } : undefined
      },
      { ms: SETTLE_MS, every: 250 },
    ).catch(() => ({ owed: last }))
    return { ...rest, settleMs: now() - from, ...(await keysIn(redis)) }
  } finally {
    redis.disconnect()
  }
}

async function owedIn(redis) {
  let owed = 0
  for (const key of await keysLike(redis, `${PREFIX}*:outbox`)) owed += await redis.xlen(key)
  return owed
}

/** All keys by kind, and those that would stay for ever. Streams without entries hold nothing. */
async function keysIn(redis) {
  const endless = []
  let keys = 0
  for (const key of await keysLike(redis, '*')) {
    keys++
    const [ttl, type] = await Promise.all([redis.pttl(key), redis.type(key)])
    if (ttl === -1 && !(type === 'stream' && (await redis.xlen(key)) === 0)) endless.push(key)
  }
  return { keys, endless }
}

async function keysLike(redis, pattern) {
  const found = []
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000)
    found.push(...keys)
    cursor = next
  } while (cursor !== '0')
  return found
}

/** Puts together what everybody remembers. @returns {Promise<import('./checker.mjs').History>} */
export async function gather(house, { clients, people, refused, faults, rest }) {
  const lines = clients.flatMap(({ file }) => new HistoryReader(file).more())
  const rows = await house.inDatabase(async (client) => ({
    writes: (await client.query('SELECT *, extract(epoch FROM at) * 1000 AS ms FROM soak_writes ORDER BY number')).rows,
    people: (await client.query('SELECT user_name, password_hash, credential_version FROM rekey.people')).rows,
  }))
  const secrets = secretsOf(lines)
  const writes = []
  for (const { number, ms, person, act, before, after, hash, old_hash: oldHash } of rows.writes) {
    const secret = await secretOf(hash, secrets.get(person) ?? [])
    writes.push({ number: Number(number), at: Number(ms), person, act, before, after, ...secret, hash, oldHash })
  }
  const [letters, audit] = await Promise.all([tool(house, 'outbox', 'list', '--format', 'json'), tool(house, 'audit', 'verify')])
  return {
    lines,
    writes,
    inForce: Object.fromEntries(rows.people.map((row) => [row.user_name, { hash: row.password_hash, version: row.credential_version }])),
    mails: new HistoryReader(house.mails).more(),
    people: people.map(({ userName, mail }) => ({ userName, mail })),
    refused,
    faults,
    rest: { ...rest, dead: JSON.parse(letters.stdout || '{"dead":[]}').dead },
    audit: { code: audit.code, said: audit.stderr },
  }
}

/** What somebody's password may have become: by proposals, and by answers that held a generated one. */
function secretsOf(lines) {
  const secrets = new Map()
  for (const { person, proposal, generated, is } of lines) {
    if (proposal === undefined && generated === undefined) continue
    if (is === 'end' && generated === undefined) continue
    const list = secrets.get(person) ?? new Map()
    if (generated === undefined) list.set(passwordOf(proposal), { proposal })
    else list.set(generated, { generated: true })
    secrets.set(person, list)
  }
  return new Map([...secrets].map(([person, list]) => [person, [...list]]))
}

async function secretOf(hash, candidates) {
  for (const [password, what] of candidates) if (await verify(hash, password)) return what
  return {}
}

/** Runs a command of Rekey with the configuration of the first server. */
async function tool(house, ...args) {
  const config = join(house.folder, 'server-0', 'rekey.yaml')
  const env = { REKEY_BRIGHT_PATTERN_TOKEN: house.brightPatternToken, NODE_ENV: 'production' }
  const options = { env, maxBuffer: 64 * 1024 * 1024 }
  return promisify(execFile)(process.execPath, [MAIN, ...args, '--config', config], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}
