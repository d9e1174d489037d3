import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ask } from '../../../../scripts/redis-groups.mjs'
import { startRedis } from '../../../../scripts/redis-server.mjs'
import { Database } from '../../src/adapters/directory/database.js'
import { submitTo, tokenOf } from '../wire/call.js'
import { wireServer, type WireServer } from '../wire/server.js'
import { caughtUp } from './caught-up.js'
import { NOTICE } from './flows.js'
import { PATIENCE_MS } from './house.js'

const WAIT = { timeout: PATIENCE_MS, interval: 50 }
const CODE = /^ {4}(\d{8})$/m
const MAIL = 'jdoe@example.com'
/** Short, so that the look after a marked change is soon. */
const LEASE_MS = 1_500
const FIRST = 'Correct-Horse-1'
const OTHER = 'Battery-Staple-2'

test.for([
  ['the same request', FIRST],
  ['another request', OTHER],
] as const)('a replica that is promoted before a change has come to it changes nothing again for %s (SEC-25)', async ([, replayed]) => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-promoted-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  onTestFinished(() => master.stop())
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] })
  onTestFinished(() => replica.stop())

  const before = await open(folder, master.url)
  const submit = ({ client }: WireServer, body: object) => client.post(submitTo('resetEmail'), JSON.stringify(body))
  const asked = await submit(before, { token: tokenOf(await submit(before, { input: {} })), input: { queryFilter: 'userName eq "jdoe"' } })
  const code = CODE.exec((await before.nextMail(MAIL, 0)).text)?.[1] ?? ''
  const token = tokenOf(await submit(before, { token: tokenOf(asked), input: { code } }))
  await vi.waitFor(async () => expect(await owed(master.port)).toBe(0), WAIT)
  await caughtUp(master.port, replica.port)

  // From here on the replica hears nothing any more.
  await ask(replica.port, 'REPLICAOF', 'NO', 'ONE')
  const changed = await submit(before, { token, input: { password: FIRST } })
  expect(changed.text).toContain('"tag":"end"')
  await vi.waitFor(async () => expect(await noticesOf(before)).toHaveLength(1), WAIT)
  await before.close()

  const after = await open(folder, replica.url)
  const again = await submit(after, { token, input: { password: replayed } })
  expect([again.status, again.text]).toEqual([409, expect.stringContaining('The password has been changed meanwhile')])
  await vi.waitFor(async () => expect(await owed(replica.port)).toBe(0), WAIT)
  expect({ changes: await changes(folder), notices: (await noticesOf(after)).length }).toEqual({ changes: 1, notices: 1 })
})

async function open(folder: string, url: string): Promise<WireServer> {
  const server = await wireServer({ folder, leaseMs: LEASE_MS, redis: { url, prefix: 'rekey:' } })
  onTestFinished(() => server.close())
  return server
}

async function noticesOf(server: WireServer) {
  return (await server.mails(MAIL)).filter(({ subject }) => subject === NOTICE)
}

/** How often a password was changed: each change leaves the earlier one behind. */
async function changes(folder: string): Promise<number> {
  const database = await Database.open(join(folder, 'people.db'))
  try {
    return (await database.all('SELECT number FROM earlier_passwords', [])).length
  } finally {
    database.close()
  }
}

async function owed(port: number): Promise<number> {
  return Number(await ask(port, 'EVAL', LEFT, '0'))
}

const LEFT = `local n = 0 for _, key in ipairs(redis.call('KEYS', '*:outbox')) do n = n + redis.call('XLEN', key) end return n`
