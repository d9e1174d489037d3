import { fileURLToPath } from 'node:url'
import {
  Audit,
  Bearers,
  Codes,
  DerivedCodes,
  Directory,
  Engine,
  Keyring,
  Mailer,
  Once,
  PasswordGenerator,
  PasswordPolicy,
  Sessions,
  Sms,
  Validator,
  type Registry,
  type ServiceBook,
} from '@rekey/core'
import { container, type DependencyContainer } from 'tsyringe'
import { KnownBearers } from './adapters/bearers/known-bearers.js'
import { openKeyFile } from './adapters/keys/key-file.js'
import { LogAudit } from './adapters/log/log-audit.js'
import { createLogger } from './adapters/log/logger.js'
import { TextBook } from './adapters/mail/text-book.js'
import { RandomPasswords } from './adapters/passwords/password-generator.js'
import { ConfiguredValidator } from './adapters/validator/configured-validator.js'
import { startReport, type StartReport } from './cli/report.js'
import { version } from './cli/version.js'
import { secretsOf } from './compose/demo-secrets.js'
import { mountDialects } from './compose/mount-dialects.js'
import { flowsOf, registryOf } from './compose/open-flows.js'
import { openIssuers } from './compose/open-issuers.js'
import { openPeople, policyOf } from './compose/open-people.js'
import { openProvisions } from './compose/open-provisions.js'
import { openSenders } from './compose/open-senders.js'
import { openStore, type OutboxWishes } from './compose/open-store.js'
import { reloadFlows, type Reloaded } from './compose/reload-flows.js'
import type { Closers, Ports } from './compose/ports.js'
import type { Config } from './config/config.js'
import { keyBytes } from './config/key-ring.js'
import { urlHost } from './config/loopback.js'
import { publicUrlOf } from './config/public-url.js'
import { delivery } from './delivery/deliver.js'
import { createHttp } from './http/create-http.js'
import { isForeignToDevelopment } from './pages/developer-paths.js'
import { openapiDocuments } from './openapi/openapi-documents.js'
import { mailboxRoutes } from './pages/mailbox-routes.js'
import { openapiRoutes } from './pages/openapi-routes.js'

export type { Ports } from './compose/ports.js'

/** A server that answers. */
export interface Running {
  readonly url: string
  readonly report: StartReport
  /**
   * Reads the flow files again and serves what they say now; a file with an error leaves its last good flow as it is. Conversations under way
   * finish on the flow that they began with. One call at a time.
   */
  reload(): Promise<Reloaded>
  /** Finishes what is in hand, then lets go of everything. */
  close(): Promise<void>
}

export interface StartOptions {
  /** Takes the configured parts and gives those to be used: for whoever embeds the server and brings adapters of their own. */
  readonly adapt?: (ports: Ports) => Ports
  /** How the outbox of the configured store hands out; its own defaults where absent. */
  readonly outbox?: OutboxWishes
  /** Life of a claim in milliseconds; the engine's default when absent. */
  readonly leaseMs?: number
}

/** Machines are written again, and the store's clock read, this often: well within the shortest life of a kept machine. */
const REFRESH_MS = 15_000

/** Texts of mails that ship with the server. */
const TEXTS = new URL('../texts/', import.meta.url)

/**
 * Builds a server from its configuration and starts it. With the files of `compose/`, the one place that knows every concrete class.
 * @throws StartRefused for faults that have a place in a file; the system's errors for a taken port or an unreadable file.
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<Running> {
  const house = container.createChildContainer()
  const closers: Closers = []
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
  closers: Closers,
  close: () => Promise<void>,
): Promise<Running> {
  const log = createLogger(config.log.level)
  closers.push(() => log.flush())
  const secrets = secretsOf(config, process.env)
  const registry = registryOf(config)
  const { served, notServed } = await flowsOf(config, registry, secrets)

  const keyring = await keyringOf(config)
  const people = await openPeople(config)
  closers.push(() => people.directory.close())
  const { mailbox, sms } = openSenders(config)
  const ports = adapt({
    ...(await openStore(config, { keyring, outbox: wishes, log, closers })),
    directory: people.directory,
    mailer: mailbox,
    sms,
    validator: new ConfiguredValidator(config.validators, {
      report: (validator, reason) => log.info({ validator, reason }, 'a validator did not agree'),
    }),
    audit: new LogAudit(log),
  })
  const { conversations, budgets, machines, outbox, directory, audit } = ports
  const policy = policyOf(config, directory)
  const bearers = new KnownBearers({ ...ports, issuers: await openIssuers(config), now: Date.now })
  house.registerInstance<Directory>(Directory.name, directory)
  house.registerInstance<PasswordPolicy>(PasswordPolicy.name, policy)
  house.registerInstance<PasswordGenerator>(PasswordGenerator.name, new RandomPasswords())
  house.registerInstance<Codes>(Codes.name, new DerivedCodes(keyring))
  house.registerInstance<Sessions>(Sessions.name, ports.sessions)
  house.registerInstance<Once>(Once.name, ports.once)
  house.registerInstance<Bearers>(Bearers.name, bearers)
  house.registerInstance<Validator>(Validator.name, ports.validator)
  house.registerInstance<Audit>(Audit.name, audit)
  house.registerInstance<Mailer>(Mailer.name, ports.mailer)
  house.registerInstance<Sms>(Sms.name, ports.sms)
  const provided = await openProvisions(config, { env: process.env, isTaken: (name) => house.isRegistered(name, true), closers })
  for (const [name, service] of provided) house.registerInstance(name, service)

  let port = config.port
  let serving = served
  const mounted = mountDialects(config, { flows: () => serving, keyring, policy, publicUrl: () => publicUrlOf(config, port) })
  const engine = new Engine({
    flows: served,
    steps: registry.steps,
    services: servicesOf(house, registry),
    secrets,
    dialects: new Map(config.knownDialects.map((dialect) => [dialect.name, dialect])),
    keyring,
    conversations,
    budgets,
    machines,
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
      mailer: ports.mailer,
      sms: ports.sms,
      texts: await TextBook.load([fileURLToPath(TEXTS)]),
      dialects: mounted,
      audit,
      mailHost: new URL(publicUrlOf(config, port)).hostname,
      now: Date.now,
    }),
  )
  closers.push(() => consumer.stop())

  const documents = () => openapiDocuments({ config, registry, flows: serving, publicUrl: publicUrlOf(config, port), version: version() })
  const http = createHttp({
    engine,
    dialects: [...mounted.values()],
    routes: config.dev ? [...(config.mail.mailbox ? mailboxRoutes(mailbox) : []), ...openapiRoutes(documents)] : [],
    hides: isForeignToDevelopment,
    trustedProxies: config.trustedProxies,
    health: async () => (await conversations.now()) > 0,
    onFault: (fault, place) => log.error({ err: fault, ...place }, 'a request failed'),
  })
  const listening = await http.listen({ host: config.host, port: config.port })
  closers.push(() => listening.close())
  port = listening.port
  log.info({ port, flows: served.length }, 'listening')
  const url = `http://${urlHost(config.host)}:${port}`
  const reload = async (): Promise<Reloaded> => {
    const reloaded = await reloadFlows(config, registry, secrets, serving)
    await engine.serve(reloaded.served)
    serving = reloaded.served
    return reloaded
  }
  const report = startReport({ config, url, flows: served, notServed, people: people.seeded(), hasDemo: people.hasDemo })
  return { url, report, reload, close }
}

async function keyringOf({ keys }: Config): Promise<Keyring> {
  const ring = keys.is === 'configured' ? keys.ring : await openKeyFile(keys.file)
  return new Keyring({
    signing: ring.signing.map(({ id, secret }) => ({ id, secret: keyBytes(secret) })),
    stable: keyBytes(ring.stable),
  })
}

/**
 * Resolves what the engine and the registered steps ask for, once. A step whose service nobody provides fails when a flow is linked that
 * names it.
 */
function servicesOf(house: DependencyContainer, registry: Registry): ServiceBook {
  const wanted = new Set([
    Codes.name,
    Sessions.name,
    Bearers.name,
    ...[...registry.steps.values()].flatMap(({ inject }) => Object.values(inject).map(({ name }) => name)),
  ])
  return new Map([...wanted].filter((name) => house.isRegistered(name, true)).map((name) => [name, house.resolve<unknown>(name)]))
}
