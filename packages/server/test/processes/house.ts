import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring, Secret } from '@rekey/core'
import type { JsonObject, Mail, Outbox, Sessions } from '@rekey/core'
import { inject } from 'vitest'
import { Database } from '../../src/adapters/directory/database.js'
import { SqliteDirectory } from '../../src/adapters/directory/sqlite-directory.js'
import { PasswordHasher } from '../../src/adapters/passwords/password-hasher.js'
import { connectRedis, openRedis, redisStore, Seal } from '../../src/adapters/redis/index.js'
import { keyLayout } from '../../src/adapters/redis/keys.js'
import type { RedisClient } from '../../src/adapters/redis/index.js'
import { readNode } from '../../src/adapters/redis/redis-settings.js'
import type { KeyLayout } from '../../src/adapters/redis/keys.js'
import { startCommand, startServer } from './server.js'
import type { LogLine, Server, ServerOrders } from './server.js'

/** Flow files by name. */
export type Flows = Readonly<Record<string, string>>

export type KeyName = 'k1' | 'k2'

export interface HouseOptions {
  readonly flows: Flows
  /** User names; each has the address `<name>@example.com`, the password `Passw0rd1` and the favourite colour Blue. */
  readonly people: readonly string[]
  /** Another Redis than the one of the run, or none: then there can be one process only. */
  readonly store?: 'memory' | StoreKeys
}

/** What the key `store` of the configuration says. */
export interface StoreKeys {
  readonly redis?: string
  readonly sentinel?: { readonly nodes: readonly string[]; readonly name: string; readonly user?: string; readonly password?: string }
  readonly cluster?: { readonly nodes: readonly string[] }
  readonly user?: string
  readonly password?: string
  readonly timeout?: string
}

export interface StartWishes extends Omit<ServerOrders, 'config' | 'mails'> {
  /** Flow files instead of the house's. */
  readonly flows?: Flows
  /** Signing keys, the first one signs. `k1` when absent. */
  readonly keys?: readonly KeyName[]
  /** Paths of plugins. */
  readonly plugins?: readonly string[]
  /** Rules for new passwords, beside eight characters. */
  readonly rules?: JsonObject
  /** More of the configuration. */
  readonly more?: JsonObject
  /** The program: ours, which can be told where to die, or the command that users start. */
  readonly program?: 'ours' | 'rekey serve'
}

/** Longest that a test waits for something to come true, in milliseconds: a start of a process on a machine that has much else to do. */
export const PATIENCE_MS = 60_000

/** For suites that start many processes. */
export const SLOW = { timeout: 2 * PATIENCE_MS } as const

export const FIRST_PASSWORD = 'Passw0rd1'

const PEOPLE = 'people.db'
const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 } as const

/**
 * What several server processes share: a Redis under a key prefix of its own, a directory file, keys, and a folder that all of it lies in.
 * @param atEnd takes the closing, so that it happens also when the test fails: `onTestFinished`.
 */
export async function openHouse(options: HouseOptions, atEnd?: (close: () => Promise<void>) => void): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-house-'))
  const path = join(folder, PEOPLE)
  const people = await SqliteDirectory.open({ path, hasher: new PasswordHasher({ cost: CHEAP }) })
  await people.sow(
    'house',
    options.people.map((userName) => ({
      id: userName,
      userName,
      mail: addressOf(userName),
      password: FIRST_PASSWORD,
      answers: [{ question: '1', answer: 'Blue' }],
    })),
    new Map([['1', { en: "What's your favorite color?" }]]),
  )
  const house = new House(folder, people, await Database.open(path), options, await outsideClient(options))
  atEnd?.(() => house.close())
  return house
}

export function addressOf(userName: string): string {
  return `${userName}@example.com`
}

export class House {
  readonly servers: Server[] = []
  readonly #prefix = `${randomUUID()}:`
  readonly #secrets = { k1: randomBytes(32), k2: randomBytes(32), stable: randomBytes(32) }
  #started = 0
  #closers: (() => unknown)[] = []
  #opened: Opened | undefined

  constructor(
    readonly folder: string,
    /** The directory that the servers share, opened once more. */
    readonly people: SqliteDirectory,
    private readonly rows: Database,
    readonly options: HouseOptions,
    /** Redis as the test sees it, where that is not the one of an address. */
    private readonly client: RedisClient | undefined,
  ) {
    this.#closers.push(
      () => client?.disconnect(),
      () => people.close(),
      () => rows.close(),
    )
  }

  async start(wishes: StartWishes = {}): Promise<Server> {
    const { flows = this.options.flows, keys = ['k1'], plugins = [], rules = {}, more = {}, program = 'ours', ...orders } = wishes
    const home = join(this.folder, String(this.#started++))
    await mkdir(join(home, 'flows'), { recursive: true })
    for (const [name, text] of Object.entries(flows)) await writeFile(join(home, 'flows', name), text)
    const config = join(home, 'rekey.yaml')
    // JSON is YAML.
    await writeFile(config, JSON.stringify({ ...this.#config(keys, plugins, rules), ...more }))
    const server = await (program === 'ours' ? startServer({ ...orders, config, mails: this.#mails }) : startCommand(config))
    this.servers.push(server)
    return server
  }

  /** Mails that were sent, oldest first. */
  mails(userName: string, subject?: string): readonly Mail[] {
    if (!existsSync(this.#mails)) return []
    // Behind the last line break stands what is being written just now.
    return readFileSync(this.#mails, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Mail)
      .filter((mail) => mail.to === addressOf(userName) && (subject === undefined || mail.subject === subject))
  }

  /** Audit lines of all processes, dead ones included. */
  audit(): readonly LogLine[] {
    return this.servers.flatMap(({ log }) => log.filter((line) => line.audit === true))
  }

  /** Which of these passwords is in force. */
  async inForce(userName: string, passwords: readonly string[]): Promise<readonly string[]> {
    const verdicts = await Promise.all(passwords.map((password) => this.people.verifyPassword(userName, new Secret(password))))
    return passwords.filter((_, at) => verdicts[at])
  }

  /** How often the password was changed: each change leaves the earlier password behind, of which the directory remembers five. */
  async changes(userName: string): Promise<number> {
    return (await this.rows.all('SELECT number FROM earlier_passwords WHERE person = ?', [userName])).length
  }

  /** The outbox that the servers share, seen from outside. */
  get outbox(): Outbox {
    return this.#store.outbox
  }

  /** How many items a conversation owes: messages, duties, and the look that is taken after a marked change. */
  async owed(conversation: string): Promise<number> {
    const { redis, layout } = this.#store
    const { outbox, duties } = layout.bucketOf(conversation)
    const entries = (await Promise.all([outbox, duties.outbox].map((stream) => redis.xrange(stream, '-', '+')))).flat()
    return entries.filter(([, fields]) => fields[fields.indexOf('c') + 1] === conversation).length
  }

  /** Whether somebody's bearer tokens of before a change are over. */
  async revoked(userName: string): Promise<boolean> {
    return (await this.#store.sessions.revokedUntil(userName)) !== undefined
  }

  /** Whether anything is kept of a conversation. */
  async remembers(conversation: string): Promise<boolean> {
    const { redis, layout } = this.#store
    return (await redis.exists(layout.conversation(conversation))) === 1
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()))
    for (const closer of this.#closers.splice(0).toReversed()) await closer()
    await rm(this.folder, { recursive: true, force: true })
  }

  get #mails(): string {
    return join(this.folder, 'mails.jsonl')
  }

  get #storeKeys(): StoreKeys {
    return typeof this.options.store === 'object' ? this.options.store : { redis: inject('redisUrl') }
  }

  #config(keys: readonly KeyName[], plugins: readonly string[], rules: JsonObject): JsonObject {
    const often = '1000/h'
    return {
      port: 0,
      publicUrl: 'https://localhost:8443',
      flows: './flows',
      plugins,
      ...(this.options.store !== 'memory' && { store: { ...this.#storeKeys, prefix: this.#prefix } }),
      directory: { file: join(this.folder, PEOPLE), seed: 'none' },
      keys: {
        signing: keys.map((id) => ({ id, secret: this.#secrets[id].toString('base64') })),
        stable: this.#secrets.stable.toString('base64'),
      },
      passwords: { profile: 'demo', rules, hashing: CHEAP },
      limits: {
        failures: { principal: often, inRow: { free: 1_000_000, most: 1_000_000 } },
        starts: { address: often, store: often },
        messages: { conversation: 100, destination: often },
      },
    }
  }

  get #store(): Opened {
    this.#opened ??= this.#open()
    return this.#opened
  }

  #open(): Opened {
    const prefix = this.#prefix
    const redis = this.client ?? connectRedis(this.#storeKeys.redis ?? '', { onError: (error) => process.emitWarning(error) })
    this.#closers.push(() => redis.disconnect())
    const { k1, k2, stable } = this.#secrets
    const { seals } = new Keyring({
      signing: [
        { id: 'k1', secret: k1 },
        { id: 'k2', secret: k2 },
      ],
      stable,
    })
    const seal = new Seal(seals.map(({ id, bytes }) => ({ id, key: bytes })))
    const { outbox, sessions } = redisStore(redis, seal, { prefix })
    return { redis, layout: keyLayout(prefix), outbox, sessions }
  }
}

/** The shared store, opened once more. */
interface Opened {
  readonly redis: RedisClient
  readonly layout: KeyLayout
  readonly outbox: Outbox
  readonly sessions: Sessions
}

/** The store as it is seen from outside, where it is a Cluster or has Sentinels; its faults are part of such a test. */
async function outsideClient({ store }: HouseOptions): Promise<RedisClient | undefined> {
  if (typeof store !== 'object') return undefined
  const nodes = (store.sentinel?.nodes ?? store.cluster?.nodes ?? []).flatMap((node) => readNode(node) ?? [])
  const settings = { timeoutMs: 2_000 }
  const onError = (): void => undefined
  if (store.cluster) return openRedis({ ...settings, place: { is: 'cluster', nodes } }, { onError })
  if (store.sentinel)
    return openRedis({ ...settings, place: { is: 'sentinel', nodes, name: store.sentinel.name, database: 0 } }, { onError })
  return undefined
}
