import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  Audit,
  Codes,
  compileFlows,
  DerivedCodes,
  Directory,
  Engine,
  Keyring,
  Mailer,
  PasswordPolicy,
  type CompiledFlow,
  type OutboxFault,
  type Registry,
  type ServiceBook,
} from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { builtInSteps } from '@rekey/steps'
import type { Logger } from 'pino'
import { container, type DependencyContainer } from 'tsyringe'
import { readSeed } from './adapters/directory/read-seed.js'
import { seedDirectory } from './adapters/directory/seed-directory.js'
import { SqliteDirectory } from './adapters/directory/sqlite-directory.js'
import { openKeyFile } from './adapters/keys/key-file.js'
import { LogAudit } from './adapters/log/log-audit.js'
import { createLogger } from './adapters/log/logger.js'
import { Mailbox } from './adapters/mail/mailbox.js'
import { TextBook } from './adapters/mail/text-book.js'
import { loadCommonPasswords } from './adapters/passwords/common-passwords.js'
import { PasswordHasher } from './adapters/passwords/password-hasher.js'
import { POLICY_PROFILES } from './adapters/passwords/policy-profiles.js'
import { RulePolicy } from './adapters/passwords/rule-policy.js'
import { connectRedis, redisStore, Seal, type RedisStoreOptions } from './adapters/redis/index.js'
import { startReport, type NotServed, type StartReport } from './cli/report.js'
import type { Config } from './config/config.js'
import { readFlowFiles } from './config/flow-files.js'
import { keyBytes } from './config/key-ring.js'
import { loadRegistry } from './config/load-registry.js'
import { urlHost } from './config/loopback.js'
import { lacksPublicUrl, publicUrlOf } from './config/public-url.js'
import { StartRefused } from './config/start-refused.js'
import { delivery } from './delivery/deliver.js'
import type { MountedDialect, Site } from './dialect/dialect.js'
import { dialects } from './dialects/index.js'
import { createHttp } from './http/create-http.js'
import { mailboxRoutes } from './pages/mailbox-routes.js'

/** A server that answers. */
export interface Running {
  readonly url: string
  readonly report: StartReport
  /** Finishes what is in hand, then lets go of everything. */
  close(): Promise<void>
}

/** The parts that hold state or reach outside. */
export interface Ports extends StorePorts {
  readonly directory: Directory
  readonly mailer: Mailer
  readonly audit: Audit
}

type StorePorts = Pick<ReturnType<typeof memoryStore>, 'conversations' | 'outbox' | 'budgets' | 'machines'>

export interface StartOptions {
  /** Takes the configured parts and gives those to be used: for whoever embeds the server and brings adapters of their own. */
  readonly adapt?: (ports: Ports) => Ports
  /** How the outbox of the configured store hands out; its own defaults where absent. */
  readonly outbox?: OutboxWishes
  /** Life of a claim in milliseconds; the engine's default when absent. */
  readonly leaseMs?: number
}

type OutboxWishes = NonNullable<RedisStoreOptions['outbox']>

/** Machines are written again, and the store's clock read, this often: well within the shortest life of a kept machine. */
const REFRESH_MS = 15_000

/** Texts of mails that ship with the server. */
const TEXTS = new URL('../texts/', import.meta.url)

/**
 * Builds a server from its configuration and starts it. The one place that knows every concrete class.
 * @throws StartRefused for faults that have a place in a file; the system's errors for a taken port or an unreadable file.
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<Running> {
  const house = container.createChildContainer()
  const closers: (() => Promise<unknown> | void)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer()
    await house.dispose()
  }
  try {
    return await open(config, options, house, closers, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  config: Config,
  { adapt = (ports) => ports, outbox: wishes = {}, leaseMs }: StartOptions,
  house: DependencyContainer,
  closers: (() => Promise<unknown> | void)[],
  close: () => Promise<void>,
): Promise<Running> {
  const log = createLogger(config.log.level)
  closers.push(() => log.flush())
  const registry = await registryOf(config)
  const { served, notServed } = await flowsOf(config, registry)

  const keyring = await keyringOf(config)
  const hasher = new PasswordHasher({ cost: config.passwords.hashing })
  const people = await SqliteDirectory.open({ path: config.directory.file, hasher, historySize: config.directory.historySize })
  closers.push(() => people.close())
  const seed = config.directory.seed
  const seedText = seed === undefined ? undefined : await readFile(seed, 'utf8')
  if (seed !== undefined && seedText !== undefined) await seedDirectory(people, seedText, seed)
  const mailbox = new Mailbox()
  const ports = adapt({ ...openStore(config, keyring, wishes, log, closers), directory: people, mailer: mailbox, audit: new LogAudit(log) })
  const { directory, mailer, audit, outbox, ...store } = ports
  const policy = new RulePolicy(
    { ...POLICY_PROFILES[config.passwords.profile], ...config.passwords.rules },
    { directory, commonPasswords: loadCommonPasswords() },
  )
  house.registerInstance<Directory>(Directory.name, directory)
  house.registerInstance<PasswordPolicy>(PasswordPolicy.name, policy)
  house.registerInstance<Codes>(Codes.name, new DerivedCodes(keyring))
  house.registerInstance<Audit>(Audit.name, audit)
  house.registerInstance<Mailer>(Mailer.name, mailer)

  let port = config.port
  const mounted = mountDialects(config, served, () => publicUrlOf(config, port))
  const engine = new Engine({
    flows: served,
    steps: registry.steps,
    services: servicesOf(house, registry),
    dialects: new Map(dialects.map(({ name, opens }) => [name, { opens }])),
    keyring,
    ...store,
    directory,
    policy,
    audit,
    ...(leaseMs !== undefined && { leaseMs }),
    report: (fault, requestId) => log.error({ err: fault, requestId }, 'answered as unavailable'),
  })
  await engine.refresh()
  const refreshing = setInterval(() => {
    engine.refresh().catch((fault: unknown) => log.error({ err: fault }, 'the machines could not be kept'))
  }, REFRESH_MS)
  refreshing.unref()
  closers.push(() => clearInterval(refreshing))

  const consumer = outbox.consume(
    delivery({
      engine,
      mailer,
      texts: await TextBook.load([fileURLToPath(TEXTS)]),
      dialects: mounted,
      audit,
      mailHost: new URL(publicUrlOf(config, port)).hostname,
      now: Date.now,
    }),
  )
  closers.push(() => consumer.stop())

  const http = createHttp({
    engine,
    dialects: [...mounted.values()],
    routes: config.dev && config.mail.mailbox ? mailboxRoutes(mailbox) : [],
    trustedProxies: config.trustedProxies,
    health: async () => (await store.conversations.now()) > 0,
    onFault: (fault, place) => log.error({ err: fault, ...place }, 'a request failed'),
  })
  const listening = await http.listen({ host: config.host, port: config.port })
  closers.push(() => listening.close())
  port = listening.port
  log.info({ port, flows: served.length }, 'listening')
  const url = `http://${urlHost(config.host)}:${port}`
  return {
    url,
    report: startReport({
      config,
      url,
      flows: served,
      notServed,
      people: seedText === undefined || seed === undefined ? [] : readSeed(seedText, seed).people,
    }),
    close,
  }
}

async function registryOf(config: Config): Promise<Registry> {
  const loaded = await loadRegistry(config, [builtInSteps], dialects)
  if (loaded.is === 'faults') throw new StartRefused(loaded.faults)
  return loaded.registry
}

/** A flow with an error keeps the server from starting; one with an unaccepted warning, or without an address for its links, is left out. */
async function flowsOf(config: Config, registry: Registry): Promise<{ served: readonly CompiledFlow[]; notServed: readonly NotServed[] }> {
  const files = await readFlowFiles(config.flows, process.cwd())
  const { flows, diagnostics } = compileFlows(files, registry, { limits: config.limits })
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new StartRefused(diagnostics)
  const notServed: NotServed[] = []
  const served: CompiledFlow[] = []
  for (const flow of flows) {
    const [unaccepted] = flow.unaccepted
    if (unaccepted) notServed.push({ id: flow.id, why: `${unaccepted.message}: accept \`${unaccepted.code}\` in the file, or mend it` })
    else if (lacksPublicUrl(config, flow, registry)) notServed.push({ id: flow.id, why: 'its mails hold a link: configure `publicUrl`' })
    else served.push(flow)
  }
  return { served, notServed }
}

async function keyringOf({ keys }: Config): Promise<Keyring> {
  const ring = keys.is === 'configured' ? keys.ring : await openKeyFile(keys.file)
  return new Keyring({
    signing: ring.signing.map(({ id, secret }) => ({ id, secret: keyBytes(secret) })),
    stable: keyBytes(ring.stable),
  })
}

function openStore(
  config: Config,
  keyring: Keyring,
  wishes: OutboxWishes,
  log: Logger,
  closers: (() => Promise<unknown> | void)[],
): StorePorts {
  const report = ({ error, conversation, next }: OutboxFault) => log.error({ err: error, conversation, next }, 'not delivered')
  const outbox = { report, ...wishes }
  if (config.store.is === 'memory') return memoryStore({ outbox })
  const redis = connectRedis(config.store.url.reveal(), { onError: (error) => log.warn({ err: error }, 'the store') })
  closers.push(() => redis.disconnect())
  const seal = new Seal(keyring.seals.map(({ id, bytes }) => ({ id, key: bytes })))
  return redisStore(redis, seal, { prefix: config.store.prefix, outbox })
}

function mountDialects(config: Config, flows: readonly CompiledFlow[], publicUrl: () => string): ReadonlyMap<string, MountedDialect> {
  return new Map(
    dialects.map((dialect) => {
      const options = new Map(
        flows.flatMap(({ id, speaks }) => {
          const own = speaks.get(dialect.name)
          return own ? [[typeof own['as'] === 'string' ? own['as'] : id, own] as const] : []
        }),
      )
      const site: Site = {
        get publicUrl() {
          return publicUrl()
        },
        options: (as) => options.get(as),
      }
      return [dialect.name, dialect.mount(config.dialects[dialect.name] ?? {}, site)]
    }),
  )
}

/** Resolves what the registered steps inject, once. A step whose service nobody provides fails when a flow is linked that names it. */
function servicesOf(house: DependencyContainer, registry: Registry): ServiceBook {
  const wanted = new Set([
    Codes.name,
    ...[...registry.steps.values()].flatMap(({ inject }) => Object.values(inject).map(({ name }) => name)),
  ])
  return new Map([...wanted].filter((name) => house.isRegistered(name, true)).map((name) => [name, house.resolve<unknown>(name)]))
}
