import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'
import { startCommand, type Server } from '../processes/server.js'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/custom-dialect', import.meta.url))

let folder = ''
let server: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-custom-dialect-'))
  // The example as it stands, but for its data, which would stay behind in the folder of the example.
  const written = await readFile(join(EXAMPLE, 'rekey.yaml'), 'utf8')
  const moved = written.replace('./flows', join(EXAMPLE, 'flows')).replace('./src', join(EXAMPLE, 'src'))
  await writeFile(join(folder, 'rekey.yaml'), `${moved}port: 0\nlog: { level: silent }\n`)
  server = await startCommand(join(folder, 'rekey.yaml'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

interface Heard {
  readonly status: number
  readonly body: JsonObject
}

async function post(body: JsonObject | string, flow = 'reset'): Promise<Heard> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`${server.url}/kiosk/${flow}`, { method: 'POST', body: text })
  return { status: answer.status, body: (await answer.json()) as JsonObject }
}

const sessionOf = ({ body }: Heard) => (typeof body['session'] === 'string' ? body['session'] : '')
/** An answer without its session, which is another one each time. */
const told = ({ status, body: { session, ...rest } }: Heard) => [status, session === undefined ? 'no session' : 'a session', rest]

async function mailedCodes(to: string, count: number): Promise<readonly string[]> {
  return vi.waitFor(
    async () => {
      const mails = (await (await fetch(`${server.url}/dev/mailbox?to=${to}`)).json()) as readonly { readonly text: string }[]
      const codes = mails.flatMap(({ text }) => /^ {4}(\d+)$/m.exec(text)?.[1] ?? [])
      if (codes.length < count) throw new Error(`${codes.length} codes to ${to}`)
      return codes
    },
    { timeout: 5_000, interval: 10 },
  )
}

const WHO = { ask: 'Find your account' }
const CODE = { ask: 'Verify emailed code' }
const PASSWORD = { ask: 'Reset password' }

describe('a dialect of an outside package', () => {
  test('is known to `rekey check`, with its address', async () => {
    const io = capturedIo(EXAMPLE)
    expect(await run(['check'], io)).toBe(0)
    expect(io.written.out.split('\n').slice(0, 2)).toEqual(['lobby-reset (flows/reset.yaml)', '  kiosk: POST /kiosk/reset'])
    expect(io.written.out).toContain('\n1 flow, no errors, no warnings\n')
  })

  test('is held to by the compiler: what it has no words for is an error at its line', async () => {
    const flow = 'flow: asks-too-much\nspeaks: [kiosk]\nsteps:\n  - userQuery\n  - emailValidation\n  - kba\n  - reset\n'
    await writeFile(join(folder, 'asks-too-much.yaml'), flow)
    const io = capturedIo(folder)
    expect(await run(['check', 'asks-too-much.yaml'], io)).toBe(1)
    expect(`${io.written.out}${io.written.err}`).toContain('asks-too-much.yaml:6:5 error[dialect-cannot-ask]')
  })

  test('has its settings in the schema of the configuration, and itself in that of flows', async () => {
    const config = capturedIo(EXAMPLE)
    await run(['schema', 'config'], config)
    expect(JSON.parse(config.written.out)).toMatchObject({
      properties: { dialects: { properties: { kiosk: { properties: { path: { default: '/kiosk' } } } } } },
    })
    const flows = capturedIo(EXAMPLE)
    await run(['schema'], flows)
    expect(flows.written.out).toContain('"kiosk"')
  })

  test('serves a whole reset', async () => {
    const asked = await post({})
    expect(told(asked)).toEqual([200, 'a session', WHO])
    const named = await post({ session: sessionOf(asked), say: 'jdoe@example.com' })
    expect(told(named)).toEqual([200, 'a session', CODE])
    const wrong = await post({ session: sessionOf(named), say: 'x' })
    expect(told(wrong)).toEqual([400, 'a session', { ...CODE, wrong: 'code-mismatch' }])
    expect(told(await post({ session: sessionOf(wrong), say: { again: true } }))).toEqual([200, 'a session', CODE])
    const [first, again] = await mailedCodes('jdoe@example.com', 2)
    expect(again).toBe(first)
    const proven = await post({ session: sessionOf(named), say: first ?? '' })
    expect(told(proven)).toEqual([200, 'a session', PASSWORD])
    expect(told(await post({ session: sessionOf(proven), say: 'short' }))).toEqual([400, 'a session', { ...PASSWORD, wrong: 'policy' }])
    const finished = { session: sessionOf(proven), say: 'N3w-passw0rd' }
    const done = [200, 'no session', { over: 'completed' }]
    expect(told(await post(finished))).toEqual(done)
    // The same once more is the same answer; something else is too late.
    expect(told(await post(finished))).toEqual(done)
    expect(told(await post({ ...finished, say: 'An0ther-one' }))).toEqual([409, 'no session', { error: 'spent' }])
  })

  test('begins and names in one request, and does not tell who exists', async () => {
    const known = await post({ say: 'bjensen' })
    const unknown = await post({ say: 'nobody' })
    expect([told(known), sessionOf(known).length]).toEqual([[200, 'a session', CODE], sessionOf(unknown).length])
    expect(told(unknown)).toEqual(told(known))
  })

  test('is left when the person walks away', async () => {
    const named = await post({ say: 'bjensen' })
    expect(told(await post({ session: sessionOf(named), say: { leave: true } }))).toEqual([200, 'no session', { over: 'cancelled' }])
    expect((await post({ session: sessionOf(named), say: '12345678' })).status).toBe(409)
  })

  test.for<readonly [what: string, body: JsonObject | string, flow: string, expected: readonly unknown[]]>([
    ['a flow that is not there', {}, 'nothing', [404, 'no session', { error: 'flow-unknown' }]],
    ['no JSON', 'hello', 'reset', [400, 'no session', { error: 'request-malformed' }]],
    ['something that nobody can say', { say: 5 }, 'reset', [400, 'no session', { error: 'request-malformed' }]],
    ['a session that somebody made up', { session: 'a.b.c', say: 'x' }, 'reset', [410, 'no session', { error: 'token-invalid' }]],
    ['a path below it that is none', {}, 'reset/more', [404, 'no session', { error: 'nothing-here' }]],
  ])('answers %s in its own words', async ([, body, flow, expected]) => {
    expect(told(await post(body, flow))).toEqual(expected)
  })
})
