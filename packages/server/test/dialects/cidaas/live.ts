import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printText, type JsonObject } from '@rekey/core'
import { expect, vi } from 'vitest'
import { openDemoIssuer } from '../../../src/adapters/bearers/demo-issuer.js'
import { startServer } from '../../../src/compose.js'
import { loadConfig } from '../../../src/config/load-config.js'
import { dialects } from '../../../src/dialects/index.js'

const SHIPPED = fileURLToPath(new URL('../../../../../flows/cidaas', import.meta.url))

/** People of the shipped directory, by the `sub` of their tokens. */
export const MUSTER = '5f5cbb84-4ceb-4975-b347-4bfac61e9248'
export const FIRST_TIME = '8d9f1f0a-6a0e-4a55-9f0b-9d6f3d1f4c11'

export interface LiveOptions {
  readonly settings?: JsonObject
  /** Flow files in the place of those that ship, or beside them, by file name. */
  readonly flows?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Limits that the tests of anything else do not meet; hashes that cost nothing. */
const ROOMY = {
  port: 0,
  directory: { file: 'people.db' },
  keys: { file: 'keys.json' },
  passwords: { hashing: { memoryKiB: 8, passes: 1, lanes: 1 } },
  limits: {
    failures: { principal: '1000/h', inRow: { free: 1_000_000, most: 1_000_000 } },
    starts: { address: '100000/h', store: '100000/h' },
    messages: { conversation: 3, destination: '20/h' },
  },
  log: { level: 'silent' },
}

/** A server that listens, with the people and the flows of this wire that ship, and a client that speaks this wire. */
export async function liveServer({ settings = {}, flows = {} }: LiveOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-cidaas-'))
  await cp(SHIPPED, join(folder, 'flows'), { recursive: true })
  // The shipped budget of messages is that of one person; these tests are many.
  const forgot = join(folder, 'flows', 'forgot.yaml')
  await writeFile(forgot, (await readFile(forgot, 'utf8')).replace('3/15m', '20/h'))
  for (const [name, text] of Object.entries(flows)) await writeFile(join(folder, 'flows', name), text)
  await writeFile(join(folder, 'rekey.yaml'), JSON.stringify({ ...ROOMY, dialects: { cidaas: settings }, flows: 'flows' }))
  const loaded = await loadConfig({ path: 'rekey.yaml', env: {}, cwd: folder, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  const { config } = loaded
  const running = await startServer(config)
  const issuer = await openDemoIssuer(config.bearers.demoKey ?? '')
  const send = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<Answer> => {
    const response = await fetch(`${running.url}${path}`, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const json = (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    send(method, path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body))
  // Of the second to come: one of the very second of a change would count as of before it.
  const token = (subject: string) => issuer.mint(subject, Math.floor(Date.now() / 1000) + 1)
  const texts = async (to: string): Promise<readonly string[]> => {
    const { text } = await send('GET', `/dev/mailbox?to=${encodeURIComponent(to)}`)
    return (JSON.parse(text) as readonly { readonly text: string }[]).map((mail) => mail.text)
  }
  return {
    url: running.url,
    send,
    json,
    form: (path: string, fields: Readonly<Record<string, string>>) =>
      send('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, new URLSearchParams(fields).toString()),
    token,
    /** What the SDKs send with a token. */
    bearer: async (subject: string) => ({ Authorization: `Bearer ${await token(subject)}` }),
    async requestId(): Promise<string> {
      const { text } = await json('POST', '/authz-srv/authrequest/authz/generate', { client_id: 'demo' })
      return dataOf(text)['requestId'] ?? ''
    },
    /** The codes and links that were mailed for a reset, once there are so many. */
    mailed: (to: string, rprq: string, count = 1) =>
      vi.waitFor(
        async () => {
          const found = (await texts(to)).filter((text) => text.includes(`rprq=${rprq}`))
          if (found.length < count) throw new Error(`${found.length} mails to ${to}`)
          return found.map((text) => ({
            code: /\b\d{6}\b/.exec(text)?.[0] ?? '',
            link: /https?:\S+action=handlereset\S+/.exec(text)?.[0] ?? '',
          }))
        },
        { timeout: 5000, interval: 10 },
      ),
    /** The code of the first text message to a number. */
    texted: (to: string) =>
      vi.waitFor(
        async () => {
          const [text] = await texts(to)
          if (text === undefined) throw new Error(`no text message to ${to}`)
          return /\b\d{6}\b/.exec(text)?.[0] ?? ''
        },
        { timeout: 5000, interval: 10 },
      ),
    async close() {
      await running.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Live = Awaited<ReturnType<typeof liveServer>>

/** The `data` of an envelope. */
export function dataOf(text: string): Readonly<Record<string, string>> {
  return (JSON.parse(text) as { readonly data?: Readonly<Record<string, string>> }).data ?? {}
}

/** Status and body. */
export function shown({ status, text }: Answer): readonly [number, unknown] {
  return [status, JSON.parse(text)]
}

/** The nested envelope of a failure, whatever its reference. */
export function failure(status: number, code: number, error: string, moreInfo = '') {
  return [
    status,
    {
      success: false,
      status,
      error: { code, moreInfo, type: 'UsersException', status, referenceNumber: expect.stringMatching(REFERENCE), error },
    },
  ]
}

/** The flat answer to a token that is not good. */
export const DENIED = [
  401,
  { success: false, status: 401, error: 'Access denied for this resource', refnumber: expect.stringMatching(/^\d{13}-[0-9a-f-]{36}$/) },
]

const REFERENCE = /^\d{13}-[0-9a-f-]{36}$/
