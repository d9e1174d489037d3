import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  Audit,
  Bearers,
  Captcha,
  Codes,
  DerivedCodes,
  Directory,
  Engine,
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
import { createLogger } from './adapters/log/logger.js'
import { TextBook } from './adapters/mail/text-book.js'
import { RandomPasswords } from './adapters/passwords/password-generator.js'
import { ConfiguredValidator } from './adapters/validator/configured-validator.js'
import { startReport, type StartReport } from './cli/report.js'
import { version } from './cli/version.js'
import { compiling } from './compose/compiled-file.js'
import { secretsOf } from './compose/demo-secrets.js'
import { mountDialects } from './compose/mount-dialects.js'
import { openAudit } from './compose/open-audit.js'
import { openBreached } from './compose/open-breached.js'
import { openCaptcha } from './compose/open-captcha.js'
import { openKeyring } from './compose/open-keyring.js'
import { listenForMetrics, metricsRoutes, openMetrics } from './compose/open-metrics.js'
import { flowsOf, registryOf } from './compose/open-flows.js'
import { openIssuers } from './compose/open-issuers.js'
import { openPeople, policyOf } from './compose/open-people.js'
import { openProvisions } from './compose/open-provisions.js'
import { openSenders } from './compose/open-senders.js'
import { openStore, type OutboxWishes } from './compose/open-store.js'
import { aroundIn, openTraces, portsTraced, traceIn } from './compose/open-traces.js'
import { reloadFlows, type Reloaded } from './compose/reload-flows.js'
import type { Closers, Ports } from './compose/ports.js'
import type { Config } from './config/config.js'
import { urlHost } from './config/loopback.js'
import { publicUrlOf } from './config/public-url.js'
import { afterAnswers } from './delivery/after-answers.js'
import { delivery } from './delivery/deliver.js'
import { createHttp, type AnsweredRequest, type HttpOptions } from './http/create-http.js'
import { CountingAudit } from './observe/counting-audit.js'
import { readyChecks } from './observe/ready-checks.js'
import { Readiness } from './observe/readiness.js'
import { timedSteps } from './observe/timed-steps.js'
import { TracedAudit } from './observe/traced-audit.js'
import { tracedSteps } from './observe/traced-steps.js'
import type { Tracing } from './observe/tracing.js'
import { isForeignToDevelopment } from './pages/developer-paths.js'
import { openapiDocuments } from './openapi/openapi-documents.js'
import { mailboxRoutes } from './pages/mailbox-routes.js'
import { openapiRoutes } from './pages/openapi-routes.js'

export type { Ports } from './compose/ports.js'

/** A server that answers. */
export interface Running {
  readonly url: string
  /** Where metrics are read, where they have a port of their own. */
  readonly metricsUrl?: string
  readonly report: StartReport
  /**
   * Reads the flow files again and serves what they say now; a file with an error leaves its last good flow as it is. Conversations under way
   * finish on the flow that they began with. One call at a time.
   */
  reload(): Promise<Reloaded>
  /** Says that it is not ready any more, and goes on serving for the configured time, so that whoever sends requests can look elsewhere. */
  retire(): Promise<void>
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
  let tracing: Tracing | undefined
  const log = createLogger(config.log.level, undefined, config.traces.is === 'off' ? undefined : () => traceIn(tracing))
  closers.push(() => log.flush())
  tracing = await openTraces(config, { log, closers })
  const secrets = secretsOf(config, process.env)
  const registry = registryOf(config)
  const { served, notServed } = await flowsOf(config, registry, secrets, compiling(config, log))

  const keyring = await openKeyring(config)
  const trail = await openAudit(config, { keyring, log, closers })
  const people = await openPeople(config, log)
  closers.push(() => people.directory.close())
  const { mailbox, mailer, sms } = await openSenders(config, { log, closers })
  const adapted = adapt({
    ...(await openStore(config, { keyring, outbox: wishes, log, closers })),
    directory: people.directory,
    mailer,
    sms,
    captcha: openCaptcha(config, log),
    validator: new ConfiguredValidator(config.validators, {
      report: (validator, reason) => log.info({ validator, reason }, 'a validator did not agree'),
    }),
    audit: trail.audit,
  })
  const ports = portsTraced(adapted, tracing, config)
  const { conversations, budgets, machines, outbox, directory } = ports
  let serving = served
  const readiness = new Readiness({
    checks: readyChecks({ ...ports, flows: () => serving, auditIsWell: trail.isWell }),
    onChange: (missing) => log.warn({ missing }, missing.length > 0 ? 'not ready' : 'ready again'),
  })
  const metrics = openMetrics(config, ports, readiness)
  const counted = metrics ? new CountingAudit(ports.audit, metrics) : ports.audit
  // Lines of the log have the id already.
  const audit = tracing && config.audit.is === 'chained' ? new TracedAudit(counted, tracing) : counted
  const policy = policyOf(config, directory, await openBreached(config, { log, closers }))
  const bearers = new KnownBearers({ ...ports, issuers: await openIssuers(config), now: Date.now })
  house.registerInstance<Directory>(Directory.name, directory)
  house.registerInstance<PasswordPolicy>(PasswordPolicy.name, policy)
  house.registerInstance<PasswordGenerator>(PasswordGenerator.name, new RandomPasswords())
  house.registerInstance<Codes>(Codes.name, new DerivedCodes(keyring))
  house.registerInstance<Sessions>(Sessions.name, ports.sessions)
  house.registerInstance<Once>(Once.name, ports.once)
  house.registerInstance<Bearers>(Bearers.name, bearers)
  house.registerInstance<Captcha>(Captcha.name, ports.captcha)
  house.registerInstance<Validator>(Validator.name, ports.validator)
  house.registerInstance<Audit>(Audit.name, audit)
  house.registerInstance<Mailer>(Mailer.name, ports.mailer)
  house.registerInstance<Sms>(Sms.name, ports.sms)
  const provided = await openProvisions(config, { env: process.env, isTaken: (name) => house.isRegistered(name, true), closers })
  for (const [name, service] of provided) house.registerInstance(name, service)

  let port = config.port
  const mounted = mountDialects(config, { flows: () => serving, keyring, policy, publicUrl: () => publicUrlOf(config, port) })
  const timed = metrics ? timedSteps(registry.steps, metrics) : registry.steps
  const engine = new Engine({
    flows: served,
    steps: tracing ? tracedSteps(timed, tracing) : timed,
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
    startCeiling: config.startCeiling,
    tellsAddress: config.mail.tellsAddress,
    ...(leaseMs !== undefined && { leaseMs }),
    report: (fault, requestId) => {
      metrics?.fault()
      log.error({ err: fault, requestId }, 'answered as unavailable')
    },
  })
  await engine.refresh()
  const refreshing = setInterval(() => {
    engine.refresh().catch((fault: unknown) => log.error({ err: fault }, 'the machines could not be kept'))
  }, REFRESH_MS)
  refreshing.unref()
  closers.push(() => clearInterval(refreshing))

  const consumer = outbox.consume(
    afterAnswers(
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
    ),
  )
  closers.push(() => consumer.stop())

  const documents = () => openapiDocuments({ config, registry, flows: serving, publicUrl: publicUrlOf(config, port), version: version() })
  const shared: Pick<HttpOptions, 'engine' | 'ready' | 'onFault'> = {
    engine,
    ready: () => readiness.isReady(),
    onFault(fault, place) {
      metrics?.fault()
      log.error({ err: fault, ...place }, 'a request failed')
    },
  }
  const names = new Map([...mounted].map(([name, dialect]) => [dialect, name]))
  const named = (seen: AnsweredRequest) => ({ ...seen, dialect: seen.dialect && names.get(seen.dialect) })
  const http = createHttp({
    ...shared,
    dialects: [...mounted.values()],
    routes: [
      ...(config.dev ? [...(config.mail.mailbox ? mailboxRoutes(mailbox) : []), ...openapiRoutes(documents)] : []),
      ...metricsRoutes(config, metrics),
    ],
    hides: isForeignToDevelopment,
    limits: config.http,
    trustedProxies: config.trustedProxies,
    ...(metrics && { onAnswer: (seen) => metrics.request(named(seen)) }),
    ...(tracing && { around: aroundIn(tracing, config, named) }),
  })
  const metricsUrl = await listenForMetrics(config, metrics, shared, closers)
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
  const report = startReport({
    config,
    url,
    flows: served,
    notServed,
    people: people.seeded(),
    hasDemo: people.hasDemo,
    ...(ports.evicts !== undefined && { evicts: ports.evicts }),
  })
  const retire = async () => {
    readiness.retire()
    listening.retire()
    await pause(config.stop.noticeMs)
  }
  return { url, ...(metricsUrl !== undefined && { metricsUrl }), report, reload, retire, close }
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
