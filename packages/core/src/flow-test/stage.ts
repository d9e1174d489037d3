import { DerivedCodes } from '../engine/derived-codes.js'
import { Engine } from '../engine/engine.js'
import type { ServableFlow } from '../engine/flow-book.js'
import type { ServiceBook } from '../engine/program.js'
import type { DialectWays } from '../engine/view-of.js'
import { Audit } from '../ports/audit.js'
import { Bearers } from '../ports/bearers.js'
import { Captcha } from '../ports/captcha.js'
import { Codes } from '../ports/codes.js'
import { Directory } from '../ports/directory.js'
import { Once } from '../ports/once.js'
import type { RunningConsumer } from '../ports/outbox.js'
import { PasswordPolicy } from '../ports/passwords.js'
import { Sessions } from '../ports/sessions.js'
import { Validator } from '../ports/validator.js'
import type { StepDefinition } from '../step/define-step.js'
import type { Secret } from '../step/secret.js'
import { Keyring } from '../token/keyring.js'
import { withoutSessions, withoutWriter } from './effects.js'
import { forwarded } from './forwarded.js'
import { goodSession } from './good-session.js'
import { newWorld, type World } from './world.js'
import type { FlowTestFile, TestCase } from './test-file.js'

/** What whoever runs tests brings along. */
export interface StageParts {
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly dialects: ReadonlyMap<string, DialectWays>
  /** The value behind a `${NAME}` of a secret setting, where the test gives none. */
  readonly secrets?: (name: string) => string | undefined
  /** The rules for new passwords. */
  policy(directory: Directory): PasswordPolicy
  /** Services of steps beside those of core, such as the generator of passwords. */
  readonly services?: ServiceBook
  /** The code that an authenticator app shows at a time in seconds since the epoch, by its shared secret. */
  readonly appCode?: (secret: string, now: number) => string | undefined
  /** Whether nothing is written: what would be is noted. */
  readonly dry?: boolean
}

/** Keys that guard nothing. */
const KEYRING = new Keyring({ signing: [{ id: 'test', secret: new Uint8Array(32).fill(1) }], stable: new Uint8Array(32).fill(2) })

/** An engine that plays one case after the other, each in a world of its own. Flows are linked once: that is what costs. */
export class Stage {
  readonly engine: Engine
  readonly dry: boolean
  #world: World | undefined
  #consumer: RunningConsumer | undefined
  /** Messages that the outbox has handed out and nobody has read. */
  #post: string[] = []

  /** @throws UnlinkableMachine when a flow names a step, service or secret that is not there. */
  constructor(
    readonly flows: readonly ServableFlow[],
    private readonly test: Pick<FlowTestFile, 'people' | 'questions' | 'secrets'>,
    readonly parts: StageParts,
  ) {
    const world = () => this.world
    this.dry = parts.dry === true
    const directory = forwarded<Directory>(() => world().directory, this.dry ? withoutWriter(world) : {})
    const sessions = forwarded<Sessions>(() => world().store.sessions, this.dry ? withoutSessions(world) : {})
    const policy = parts.policy(directory)
    const audit: Audit = { record: (event) => void world().events.push(event) }
    const services = new Map<string, unknown>([
      [Directory.name, directory],
      [PasswordPolicy.name, policy],
      [Codes.name, new DerivedCodes(KEYRING)],
      [Sessions.name, sessions],
      [Once.name, forwarded<Once>(() => world().store.once)],
      [Bearers.name, bearersOf(world)],
      [Validator.name, validatorOf(world)],
      [Captcha.name, CAPTCHA],
      [Audit.name, audit],
      ...(parts.services ?? []),
    ])
    this.engine = new Engine({
      flows,
      steps: parts.steps,
      services,
      dialects: parts.dialects,
      keyring: KEYRING,
      conversations: forwarded(() => world().store.conversations),
      budgets: forwarded(() => world().store.budgets),
      machines: forwarded(() => world().store.machines),
      directory,
      policy,
      audit,
      secrets: (name) => test.secrets.get(name) ?? parts.secrets?.(name),
      report: (fault) => void world().faults.push(fault),
    })
  }

  /** The world of the case that is being played. @throws Error between two cases. */
  get world(): World {
    if (!this.#world) throw new Error('no case is being played')
    return this.#world
  }

  /** Begins a case in a new world. */
  async open({ validators }: Pick<TestCase, 'validators'>): Promise<World> {
    const world = newWorld(this.test, { validators, ...(this.parts.appCode && { appCode: this.parts.appCode }) })
    this.#world = world
    await this.engine.refresh()
    this.#consumer = world.store.outbox.consume(async (item) => {
      if (item.is === 'resolve') await this.engine.resolve(item.conversation)
      else this.#post.push(item.body)
    })
    return world
  }

  async close(): Promise<void> {
    await this.#consumer?.stop()
    this.#post = []
    this.#world?.end()
  }

  /** Lets the clock move; what has become due is handed out. */
  async wait(seconds: number): Promise<void> {
    this.world.wait(seconds)
    await this.engine.refresh()
    await this.delivered()
  }

  /** Delivers what is due, once what owed it has been told: the outbox in memory hands it out within the present turn of the event loop. */
  async delivered(): Promise<void> {
    await new Promise((resume) => void setImmediate(resume))
    for (const body of this.#post.splice(0)) await this.#deliver(body)
  }

  async #deliver(body: string): Promise<void> {
    const { sent, events, effects } = this.world
    const letter = await this.engine.fulfil(body)
    if (!letter) return
    const { message, conversation, dialect } = letter
    const event = (name: string, reason?: string) =>
      events.push({
        event: name,
        at: this.world.now(),
        dialect,
        conversation,
        ...(reason !== undefined && { reason }),
        more: { template: message.template },
      })
    if (letter.is !== 'due') {
      event('withheld', letter.is)
      return
    }
    effects.push({ is: 'message', template: message.template, channel: message.channel, to: message.to })
    sent.push({
      message,
      ...(letter.code && { code: letter.code.reveal() }),
      ...(letter.link && { approval: letter.link.approval, resume: letter.link.token }),
    })
    event('sent')
  }
}

/** Sessions that the test or the flow has opened, with the scopes that the test gives them. */
function bearersOf(world: () => World): Bearers {
  return {
    async verify(token: Secret) {
      const person = await goodSession(token, world())
      return person && { principal: person.id, scopes: world().scopes.get(token.reveal()) ?? [], subjects: [] }
    },
  }
}

function validatorOf(world: () => World): Validator {
  return { validate: async (name) => ({ agrees: world().validators.get(name) ?? true }) }
}

/** Each response is good once, so a case that is asked twice answers `human` and `human-2`. */
const CAPTCHA: Captcha = {
  widget: (provider) => ({ vendor: 'test', siteKey: provider }),
  verify: async ({ response }) => (/^human(?:-\d+)?$/.test(response.reveal()) ? 'human' : 'robot'),
}
