import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { submitTo, tokenOf } from '../wire/call.js'
import { wireConfigText, wireServer, type WireServer } from '../wire/server.js'
import { capturedIo } from './captured-io.js'

/** What nobody may read in what the commands print: who it is about, codes, tokens, answers. */
const NAMES = ['jdoe', 'nobody', 'llock', 'example.com', 'Passw0rd1', 'Blue']

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g

let folder = ''
let server: WireServer
const prefix = `cli:${randomUUID()}:`
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-conversations-'))
  server = await wireServer({ folder, redis: { url: inject('redisUrl'), prefix }, config: { audit: { folder: 'trail' } } })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function rekey(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = capturedIo(folder)
  const code = await run(['conversations', ...args], io)
  return { code, ...io.written }
}

/** Begins a conversation. @returns its token, and its id as the token says it. */
async function begin(mail: string): Promise<{ readonly token: string; readonly id: string }> {
  const token = tokenOf(await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: `mail eq "${mail}"` } }))
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { readonly jti: string }
  return { token, id: claims.jti }
}

const guess = (token: string, code = 0) =>
  server.client.post(submitTo('resetOneStage'), { token, input: { code: String(code).padStart(8, '0') } })

/** What is printed, without what differs from run to run. */
const settled = (text: string, id: string) =>
  text
    .replaceAll(id, 'ID')
    .replaceAll(/\b[\w-]{43}\b/g, 'HASH')
    .replaceAll(/\b(?:\d+[hm] )?\d+[hms]\b/g, 'TIME')

describe('conversations show', () => {
  test('says where it stands and why, and the same of somebody who does not exist', async () => {
    const shown = []
    for (const mail of ['jdoe@example.com', 'nobody@example.com', 'llock@example.com']) {
      const { token, id } = await begin(mail)
      await guess(token)
      const { code, out, err } = await rekey('show', id)
      expect([code, err]).toEqual([0, ''])
      expect(NAMES.filter((name) => out.includes(name))).toEqual([])
      expect(out).not.toContain(token)
      shown.push(settled(out, id))
      expect(Object.keys(JSON.parse((await rekey('show', id, '--format', 'json')).out) as object)).not.toContain('who')
    }
    expect(shown[0]).toMatchInlineSnapshot(`
      "conversation     ID
      flow             forgerock-reset-one-stage
      machine          HASH
      dialect          forgerock, as resetOneStage
      begun            TIME ago
      last accepted    TIME ago
      ends             in TIME, whatever happens
      state            open
      step             emailValidation
      asks             validateCode, round 2
      refused answers  1 of 5 at emailValidation
      messages owed    1 of 3
      why              it waits for an answer at \`emailValidation\`, for TIME
      "
    `)
    expect(new Set(shown).size).toBe(1)
  })

  test('says that the tries are used up', async () => {
    const { token, id } = await begin('jdoe@example.com')
    for (let tries = 0; tries < 6; tries++) await guess(token, tries)
    expect((await rekey('show', id)).out).toMatch(/state {11} +failed\n[\s\S]*why +all \d tries at `emailValidation` were used up\n/)
  })

  test('does not know what never was', async () => {
    expect(await rekey('show', randomUUID())).toEqual({
      code: 1,
      out: '',
      err: 'rekey: there is no such conversation: it has ended and was forgotten, or never was\n',
    })
  })
})

describe('conversations list', () => {
  test('lists those that are open, by what is asked for', async () => {
    const one = await begin('jdoe@example.com')
    const idsIn = async (...args: readonly string[]) => (await rekey('list', ...args)).out.match(UUID) ?? []
    expect(await idsIn()).toContain(one.id)
    expect(await idsIn('--flow', 'forgerock-reset-one-stage', '--dialect', 'forgerock', '--step', 'emailValidation')).toContain(one.id)
    for (const other of [
      ['--flow', 'none'],
      ['--dialect', 'cidaas'],
      ['--step', 'reset'],
      ['--older', '1h'],
    ])
      expect(await idsIn(...other)).toEqual([])
    const { out } = await rekey('list')
    expect(out.split('\n')[0]).toMatch(/^conversation +flow +dialect +state +step +age +ends in$/)
    expect(NAMES.filter((name) => out.includes(name))).toEqual([])
    expect(JSON.parse((await rekey('list', '--format', 'json')).out)).toContainEqual(expect.objectContaining({ id: one.id, is: 'open' }))
  })

  test('finds hundreds of them, each once', async () => {
    const begun = await Promise.all(Array.from({ length: 450 }, () => begin('nobody@example.com')))
    const { out } = await rekey('list')
    const found: readonly string[] = out.match(UUID) ?? []
    expect(new Set(found).size).toBe(found.length)
    expect(begun.filter(({ id }) => !found.includes(id))).toEqual([])
  })

  test('refuses what is no duration', async () => {
    const { code, err } = await rekey('list', '--older', 'soon')
    expect([code, err]).toEqual([2, expect.stringContaining('A duration such as `30s`, `15m` or `2h` stands here.')])
  })
})

describe('conversations end', () => {
  test('ends one, once; its token is over, and the audit trail says who did it', async () => {
    const { token, id } = await begin('jdoe@example.com')
    expect((await guess(token)).status).toBe(400)
    expect(await rekey('end', id)).toEqual({ code: 0, out: 'ended\n', err: '' })
    expect(await rekey('end', id)).toEqual({ code: 0, out: 'it had ended already\n', err: '' })
    const code = /^ {4}(\d{8})$/m.exec((await server.mails('jdoe@example.com')).at(-1)?.text ?? '')?.[1] ?? ''
    expect((await server.client.post(submitTo('resetOneStage'), { token, input: { code } })).status).not.toBe(200)
    expect((await rekey('show', id)).out).toContain('why              it was ended at `emailValidation`, by its caller')
    expect((await rekey('list')).out).not.toContain(id)
    expect((await rekey('list', '--ended')).out).toContain(id)

    const trail = join(folder, 'trail')
    const ends = async () => {
      const texts = await Promise.all((await readdir(trail)).map((name) => readFile(join(trail, name), 'utf8')))
      return texts
        .join('')
        .split('\n')
        .filter((line) => line.includes(id))
        .map((line) => (JSON.parse(line) as { readonly entry: { readonly event: string } }).entry)
        .filter(({ event }) => event === 'ended')
    }
    // The server tells it, by the outbox.
    await expect
      .poll(ends, { timeout: 20_000 })
      .toEqual([
        expect.objectContaining({ event: 'ended', reason: 'operator', step: 'emailValidation', more: { operator: expect.any(String) } }),
      ])
    const io = capturedIo(folder)
    expect([await run(['audit', 'verify'], io), io.written.err]).toEqual([0, ''])
  })

  test('cannot end what is not there', async () => {
    expect(await rekey('end', randomUUID())).toEqual({ code: 1, out: '', err: 'rekey: there is no such conversation\n' })
  })
})

describe('without a shared store', () => {
  test.for(['list', 'show', 'end'])('%s says that no other process sees the memory of a server', async (command) => {
    const cwd = await mkdtemp(join(folder, 'alone-'))
    await writeFile(join(cwd, 'rekey.yaml'), wireConfigText({}))
    const io = capturedIo(cwd)
    expect(await run(['conversations', command, ...(command === 'list' ? [] : ['id'])], io)).toBe(1)
    expect(io.written.err).toBe(
      'rekey: conversations are kept in the memory of the server, where no other process sees them: configure `store.redis`\n',
    )
  })
})

test('a key that is not ours opens nothing, and that is said', async () => {
  const { id } = await begin('jdoe@example.com')
  const cwd = await mkdtemp(join(folder, 'other-'))
  const keys = { signing: [{ id: 'wire', secret: randomKey() }], stable: randomKey() }
  await writeFile(join(cwd, 'rekey.yaml'), wireConfigText({ redis: { url: inject('redisUrl'), prefix }, config: { keys } }))
  const io = capturedIo(cwd)
  expect(await run(['conversations', 'list'], io)).toBe(0)
  expect(io.written.out).not.toContain(id)
  expect(io.written.err).toMatch(/^rekey: \d+ conversations do not open: /)
})

function randomKey(): string {
  return randomBytes(32).toString('base64')
}
