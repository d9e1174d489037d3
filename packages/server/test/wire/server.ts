import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, printText, type JsonObject } from '@rekey/core'
import { vi } from 'vitest'
import { startServer, type Ports, type Running } from '../../src/compose.js'
import type { Config } from '../../src/config/config.js'
import { loadConfig } from '../../src/config/load-config.js'
import type { Dialect } from '../../src/dialect/dialect.js'
import { dialects } from '../../src/dialects/index.js'
import { Client } from './call.js'

export interface WireOptions {
  /** What stands in `rekey.yaml` beside the defaults of these tests. */
  readonly config?: JsonObject
  readonly env?: Readonly<Record<string, string>>
  /** A folder to come back to; a new one, removed at the end, when absent. */
  readonly folder?: string
  /** Conversations live in this Redis, under a prefix of their own. */
  readonly redis?: { readonly url: string; readonly prefix: string }
  /** With generated keys of its own; otherwise all these servers share theirs, as the processes of one installation do. */
  readonly ownKeys?: true
  /** In the place of the dialects that ship. */
  readonly dialects?: readonly Dialect[]
  /** Life of a claim in milliseconds. */
  readonly leaseMs?: number
  adapt?(ports: Ports): Ports
}

/** A server that listens, with the shipped flows and people, and a client of it. */
export interface WireServer {
  readonly client: Client
  readonly running: Running
  readonly config: Config
  readonly folder: string
  mails(to: string): Promise<readonly SentMail[]>
  /** Waits for one more mail than there were. */
  nextMail(to: string, before: number): Promise<SentMail>
  close(): Promise<void>
}

export interface SentMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly sentAt: string
}

/** Limits that the tests of anything else do not meet; hashes that cost nothing. */
const ROOMY: JsonObject = {
  port: 0,
  directory: { file: 'people.db' },
  passwords: { hashing: { memoryKiB: 8, passes: 1, lanes: 1 } },
  limits: {
    failures: { principal: '100000/h', inRow: { free: 1_000_000, most: 1_000_000 } },
    starts: { address: '1000000/h', store: '1000000/h' },
    messages: { conversation: 3, destination: '1000/h' },
  },
  // The last answer of a connection says so, and answers are compared header by header.
  http: { requestsPerConnection: 1_000_000 },
  log: { level: 'silent' },
}

/** Any 32 bytes; no key of an installation. */
const KEYS: JsonObject = {
  keys: {
    signing: [{ id: 'wire', secret: 'qN3v0kYbZ7xg1m5TtR8cWf2LhJ6pDs9uAeXoVi4yKzE=' }],
    stable: 'B2dGm8uXr5KzYw1tQ0aVnHc7JfLs4pEoI9xMiTgR6vk=',
  },
}

export async function wireServer(options: WireOptions = {}): Promise<WireServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'rekey-wire-')))
  const config = await wireConfig(folder, options)
  const running = await startServer(config, {
    ...(options.adapt && { adapt: (ports) => options.adapt?.(ports) ?? ports }),
    ...(options.leaseMs !== undefined && { leaseMs: options.leaseMs }),
  })
  const client = new Client(running.url)
  const mails = async (to: string): Promise<readonly SentMail[]> =>
    JSON.parse((await client.get(`/dev/mailbox?to=${encodeURIComponent(to)}`)).text) as readonly SentMail[]
  return {
    client,
    running,
    config,
    folder,
    mails,
    nextMail: (to, before) =>
      vi.waitFor(
        async () => {
          const mail = (await mails(to))[before]
          if (mail === undefined) throw new Error(`no mail number ${before + 1} to ${to}`)
          return mail
        },
        { timeout: 5_000, interval: 10 },
      ),
    async close() {
      client.close()
      await running.close()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Reads a configuration the way the command line does. */
export async function wireConfig(folder: string, options: WireOptions): Promise<Config> {
  await writeFile(join(folder, 'rekey.yaml'), wireConfigText(options))
  const loaded = await loadConfig({ path: 'rekey.yaml', env: options.env ?? {}, cwd: folder, dialects: options.dialects ?? dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  return loaded.config
}

/** A `rekey.yaml`; JSON is YAML too. */
export function wireConfigText({ config = {}, redis, ownKeys }: WireOptions): string {
  const keys = ownKeys === true ? { keys: { file: 'keys.json' } } : KEYS
  const store = redis ? { ...keys, store: { redis: redis.url, prefix: redis.prefix } } : keys
  return JSON.stringify(merged(merged(ROOMY, store), config))
}

function merged(below: JsonObject, over: JsonObject): JsonObject {
  return Object.entries(over).reduce<JsonObject>((sum, [name, value]) => {
    const old = sum[name]
    return { ...sum, [name]: isJsonObject(old) && isJsonObject(value) ? merged(old, value) : value }
  }, below)
}
