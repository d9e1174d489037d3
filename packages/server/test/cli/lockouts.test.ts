import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { submitTo, tokenOf } from '../wire/call.js'
import { wireConfigText, wireServer, type WireServer } from '../wire/server.js'
import { capturedIo } from './captured-io.js'

let folder = ''
let server: WireServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-lockouts-'))
  server = await wireServer({
    folder,
    redis: { url: inject('redisUrl'), prefix: `lockouts:${randomUUID()}:` },
    config: { audit: { folder: 'trail' }, limits: { failures: { inRow: { free: 3, most: 100 } } } },
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function rekey(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = capturedIo(folder)
  const code = await run(['lockouts', ...args], io)
  return { code, ...io.written }
}

const search = async (mail: string) =>
  tokenOf(await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: `mail eq "${mail}"` } }))
const enter = (token: string, code: string) => server.client.post(submitTo('resetOneStage'), { token, input: { code } })

async function failThrice(mail: string): Promise<void> {
  const token = await search(mail)
  for (const code of ['10000001', '10000002', '10000003', '10000004']) await enter(token, code)
}

const CLEAR = { code: 0, out: 'nothing has failed since the last success\n', err: '' }
const CLEARED = { code: 0, out: 'cleared: emailValidation\n', err: '' }

test.for(['jdoe@example.com', 'nobody@example.com', 'llock@example.com'])(
  'SEC-28 shows and clears what was counted for %s, whether anybody bears the name or not',
  async (mail) => {
    expect(await rekey('show', mail)).toEqual(CLEAR)
    await failThrice(mail)
    const { code, out, err } = await rekey('show', mail.toUpperCase().replace('EXAMPLE.COM', 'example.com'))
    expect([code, err]).toEqual([0, ''])
    expect(out.replace(/\d+s|1m 0s/, 'TIME')).toBe('emailValidation      3 of 100 in a row: answers are judged again in TIME\n')
    const shown: unknown = JSON.parse((await rekey('show', mail, '--format', 'json')).out)
    expect(shown).toEqual([{ type: 'emailValidation', failures: 3, most: 100, waitMs: expect.any(Number) }])

    expect(await rekey('clear', mail)).toEqual(CLEARED)
    expect(await rekey('show', mail)).toEqual(CLEAR)
    expect(await rekey('clear', mail)).toEqual({ code: 0, out: 'there was nothing to clear\n', err: '' })
  },
)

test('finds the person under each of their names', async () => {
  await failThrice('bjensen@example.com')
  expect((await rekey('show', 'bjensen')).out).toContain('3 of 100 in a row')
  expect(await rekey('clear', 'bjensen')).toEqual(CLEARED)
  expect(await rekey('show', 'bjensen@example.com')).toEqual(CLEAR)
})

test('the answers of somebody who was cleared are judged again, and the audit trail says who cleared them', async () => {
  await failThrice('jdoe@example.com')
  const codeOf = (text: string) => /^ {4}(\d{8})$/m.exec(text)?.[1] ?? ''
  const mailed = async () => {
    const before = (await server.mails('jdoe@example.com')).length
    const token = await search('jdoe@example.com')
    return { token, code: codeOf((await server.nextMail('jdoe@example.com', before)).text) }
  }
  const early = await mailed()
  expect((await enter(early.token, early.code)).status).toBe(400)
  expect((await rekey('clear', 'jdoe')).code).toBe(0)
  const late = await mailed()
  expect((await enter(late.token, late.code)).status).toBe(200)

  const texts = await Promise.all((await readdir(join(folder, 'trail'))).map((name) => readFile(join(folder, 'trail', name), 'utf8')))
  const lines = texts.join('').split('\n')
  const entries = lines.flatMap((line) => (line.includes('lockout-cleared') ? [entryOf(line)] : []))
  expect(entries.at(-1)).toEqual({
    event: 'lockout-cleared',
    reason: 'operator',
    at: expect.any(Number),
    who: expect.stringMatching(/^[\w-]{22}$/),
    more: { operator: expect.any(String) },
  })
  expect(JSON.stringify(entries)).not.toMatch(/jdoe|nobody|example\.com/)
})

function entryOf(line: string): unknown {
  return (JSON.parse(line) as { readonly entry: unknown }).entry
}

test.for(['show', 'clear'])('%s says that no other process sees the memory of a server', async (command) => {
  const cwd = await mkdtemp(join(folder, 'alone-'))
  await writeFile(join(cwd, 'rekey.yaml'), wireConfigText({}))
  const io = capturedIo(cwd)
  expect(await run(['lockouts', command, 'jdoe'], io)).toBe(1)
  expect(io.written.err).toBe(
    'rekey: failures are counted in the memory of the server, where no other process sees them: configure `store.redis`\n',
  )
})
