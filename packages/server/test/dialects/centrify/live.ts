import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printText, type JsonObject } from '@rekey/core'
import { vi } from 'vitest'
import { startServer } from '../../../src/compose.js'
import { loadConfig } from '../../../src/config/load-config.js'
import { dialects } from '../../../src/dialects/index.js'
import { ADVANCE, CHANGE, START } from './wire.js'

const SHIPPED = fileURLToPath(new URL('../../../../../flows/centrify', import.meta.url))

export interface LiveOptions {
  /** Settings of the dialect. */
  readonly settings?: JsonObject
  /** Flows beside those that ship, or in the place of the one of that file name. */
  readonly flows?: Readonly<Record<string, string>>
}

/** An answer of the server as it came. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Limits that the tests of anything else do not meet; hashes that cost nothing; polls that are not held. */
const ROOMY = {
  port: 0,
  directory: { file: 'people.db' },
  keys: { file: 'keys.json' },
  passwords: { hashing: { memoryKiB: 8, passes: 1, lanes: 1 } },
  limits: {
    failures: { principal: '1000/h', inRow: { free: 1_000_000, most: 1_000_000 } },
    starts: { address: '100000/h', store: '100000/h' },
    messages: { conversation: 3, destination: '1000/h' },
  },
  log: { level: 'silent' },
}

/** A server that listens, with the people and the flows of this wire that ship, and a client that speaks this wire. */
export async function liveServer({ settings = {}, flows = {} }: LiveOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-centrify-'))
  await cp(SHIPPED, join(folder, 'flows'), { recursive: true })
  for (const [name, text] of Object.entries(flows)) await writeFile(join(folder, 'flows', name), text)
  const text = JSON.stringify({
    ...ROOMY,
    dialects: { centrify: { pollHoldMs: 0, ...settings } },
    flows: 'flows',
  })
  await writeFile(join(folder, 'rekey.yaml'), text)
  const loaded = await loadConfig({ path: 'rekey.yaml', env: {}, cwd: folder, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  const running = await startServer(loaded.config)
  const send = async (method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const response = await fetch(`${running.url}${path}`, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const call = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    send('POST', path, JSON.stringify(body), { 'Content-Type': 'application/json', 'X-CENTRIFY-NATIVE-CLIENT': '1', ...headers })
  const mails = async (to: string): Promise<readonly { readonly text: string }[]> =>
    JSON.parse((await send('GET', `/dev/mailbox?to=${encodeURIComponent(to)}`)).text) as readonly { readonly text: string }[]
  return {
    url: running.url,
    send,
    call,
    start: (User: string) => call(START, { TenantId: 'ABC1234', User, Version: '1.0' }),
    advance: (SessionId: string, body: object) => call(ADVANCE, { TenantId: 'ABC1234', SessionId, ...body }),
    change: (cookie: string, body: object) => call(CHANGE, body, { Cookie: `.ASPXAUTH=${cookie}` }),
    mails,
    /** What the newest mail offers, once there are so many. */
    async mailed(to: string, count: number) {
      const mail = await vi.waitFor(
        async () => {
          const found = (await mails(to))[count - 1]
          if (!found) throw new Error(`no mail number ${count} to ${to}`)
          return found.text
        },
        { timeout: 5000, interval: 10 },
      )
      return { code: /\b\d{6,8}\b/.exec(mail)?.[0] ?? '', link: /https?:\S+\/Security\/Approve\?\S+/.exec(mail)?.[0] ?? '' }
    },
    async close() {
      await running.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Live = Awaited<ReturnType<typeof liveServer>>

export interface Envelope {
  readonly success: boolean
  readonly Result: {
    readonly Summary: string
    readonly SessionId: string
    readonly Challenges: readonly { readonly Mechanisms: readonly { readonly Name: string; readonly MechanismId: string }[] }[]
    readonly Auth: string
    readonly ClientMessage: string
  }
  readonly Message: string | null
}

/** The body of an answer. */
export function envelopeOf({ text }: Answer): Envelope {
  return JSON.parse(text) as Envelope
}

/** Session and mechanisms of a package, the latter by name. */
export function packageIn(answer: Answer): { readonly session: string; readonly ids: Readonly<Record<string, string>> } {
  const { Result } = envelopeOf(answer)
  const mechanisms = Result.Challenges.flatMap((challenge) => challenge.Mechanisms)
  return { session: Result.SessionId, ids: Object.fromEntries(mechanisms.map(({ Name, MechanismId }) => [Name, MechanismId])) }
}
