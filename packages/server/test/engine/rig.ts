import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Codes,
  DerivedCodes,
  Directory,
  Engine,
  hashMachine,
  Keyring,
  PasswordPolicy,
  type Answer,
  type AuditEvent,
  type Budgets,
  type Conversations,
  type EngineOptions,
  type Intent,
  type Json,
  type JsonObject,
  type Letter,
  type Machine,
  type Machines,
  type Reply,
  type StepDefinition,
} from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { builtInSteps } from '@rekey/steps'
import { SqliteDirectory } from '../../src/adapters/directory/sqlite-directory.js'
import { commonPasswords } from '../../src/adapters/passwords/common-passwords.js'
import { PasswordHasher } from '../../src/adapters/passwords/password-hasher.js'
import { RulePolicy } from '../../src/adapters/passwords/rule-policy.js'

/** Hashes cheap enough for thousands of them. */
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 } as const

export interface Store {
  readonly conversations: Conversations
  readonly budgets: Budgets
  readonly machines: Machines
  readonly outbox: { consume(consumer: (item: never) => Promise<void>): { stop(): Promise<void> } }
}

export type StepSpec = string | { readonly type: string; readonly id?: string; readonly settings?: JsonObject; readonly attempts?: number }

/** A machine of the built-in steps (and others), as the compiler would make it. */
export function machineOf(
  steps: readonly StepSpec[],
  more: readonly StepDefinition[] = [],
  rest: Partial<Machine> = {},
): { hash: string; machine: Machine } {
  const definitions = new Map([...builtInSteps.steps, ...more].map((step) => [step.type, step]))
  const machine: Machine = {
    format: 1,
    flow: 'reset',
    expiresSeconds: 900,
    unknownAccount: 'hide',
    require: { factors: 1, distinctChannels: true },
    limits: {
      failures: { principal: { count: 100, seconds: 3600 } },
      starts: { address: { count: 100_000, seconds: 3600 } },
      messages: { conversation: 3, destination: { count: 100, seconds: 3600 } },
    },
    ...rest,
    nodes: steps.map((spec, index) => {
      const { type, id = type, settings = {}, attempts }: Exclude<StepSpec, string> = typeof spec === 'string' ? { type: spec } : spec
      const definition = definitions.get(type)
      const defaults = Object.fromEntries(
        Object.entries(definition?.settings ?? {}).flatMap(([name, schema]) =>
          schema.default === undefined ? [] : [[name, schema.default as Json]],
        ),
      )
      return {
        is: 'step' as const,
        id,
        type,
        version: definition?.version ?? 1,
        settings: { ...defaults, ...settings },
        attempts: attempts ?? definition?.attempts ?? 5,
        next: index + 1,
      }
    }),
  }
  return { hash: hashMachine(machine), machine }
}

export interface RigOptions {
  readonly steps?: readonly StepSpec[]
  readonly more?: readonly StepDefinition[]
  readonly machine?: Partial<Machine>
  readonly store?: Store
  readonly opens?: 'eager' | 'lazy'
  readonly directoryPath?: string
  /** Wraps parts, to make them fail or to watch them. */
  readonly wrap?: (options: EngineOptions) => EngineOptions
  readonly keys?: readonly number[]
}

/** An engine over a real directory in a temporary file. */
export async function engineRig(options: RigOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-engine-'))
  const hasher = new PasswordHasher({ cost: CHEAP })
  const directory = await SqliteDirectory.open({ path: options.directoryPath ?? join(folder, 'people.db'), hasher })
  await directory.sow(
    'rig',
    [
      {
        id: 'p-jdoe',
        userName: 'jdoe',
        mail: 'jdoe@example.com',
        givenName: 'John',
        surname: 'Doe',
        password: 'Passw0rd1',
        answers: [{ question: '1', answer: 'Blue' }],
      },
      {
        id: 'p-locked',
        userName: 'locked',
        mail: 'locked@example.com',
        state: 'locked',
        password: 'Passw0rd1',
        answers: [{ question: '1', answer: 'Blue' }],
      },
      { id: 'p-nomail', userName: 'nomail', password: 'Passw0rd1', answers: [{ question: '1', answer: 'Blue' }] },
    ],
    new Map([['1', { en: "What's your favorite color?" }]]),
  )
  const policy = new RulePolicy({ minLength: 8, maxLength: 256 }, { directory, commonPasswords: commonPasswords('') })
  const keyring = new Keyring({
    signing: (options.keys ?? [1]).map((fill) => ({ id: `k${fill}`, secret: new Uint8Array(32).fill(fill) })),
    stable: new Uint8Array(32).fill(9),
  })
  const memory = memoryStore()
  const store = options.store ?? (memory as unknown as Store)
  const events: AuditEvent[] = []
  const faults: unknown[] = []
  const services = new Map<string, unknown>([
    [Directory.name, directory],
    [PasswordPolicy.name, policy],
    [Codes.name, new DerivedCodes(keyring)],
  ])
  const base: EngineOptions = {
    flows: [
      {
        id: 'reset',
        ...machineOf(options.steps ?? ['userQuery', 'emailValidation', 'reset'], options.more, options.machine),
        speaks: new Map([['wire', { as: 'reset' }]]),
      },
    ],
    steps: new Map([...builtInSteps.steps, ...(options.more ?? [])].map((step) => [step.type, step])),
    services,
    dialects: new Map([['wire', { opens: options.opens ?? 'eager' }]]),
    keyring,
    conversations: store.conversations,
    budgets: store.budgets,
    machines: store.machines,
    directory,
    policy,
    audit: { record: (event) => void events.push(event) },
    report: (fault) => void faults.push(fault),
  }
  const engine = new Engine(options.wrap?.(base) ?? base)
  await engine.refresh()
  const letters: Letter[] = []
  const consumer = store.outbox.consume(async (item: { is: string; conversation: string; body: string }) => {
    if (item.is === 'resolve') await engine.resolve(item.conversation)
    else letters.push(engine.letter(item.body))
  })
  return {
    engine,
    directory,
    events,
    faults,
    letters,
    store,
    /** The code that was mailed last. */
    code: () => {
      const due = letters.findLast((letter) => letter.is === 'due' && letter.code !== undefined)
      return due?.is === 'due' ? (due.code?.reveal() ?? '') : ''
    },
    names: () => events.map(({ event, step, reason }) => [event, step, reason].filter((word) => word !== undefined).join(' ')),
    async close() {
      await consumer.stop()
      directory.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const request = { languages: ['en'], address: '192.0.2.1', requestId: 'r-1' }

export function intent(act: Intent['act'], rest: Partial<Intent> = {}): Intent {
  return { act, dialect: 'wire', flow: 'reset', answers: [], request, ...rest }
}

export const named = (userName: string): Answer => ({
  kind: 'identifier',
  value: { filter: { is: 'equals', field: 'userName', value: userName } },
})
export const typed = (code: string): Answer => ({ kind: 'code', value: { code } })
export const password = (text: string): Answer => ({ kind: 'newPassword', value: { password: text } })
export const blue: Answer = { kind: 'answers', value: { answers: { answer1: 'Blue' } } }

/** The token of an open view. */
export function tokenOf({ view, problem }: Reply): string {
  if (view?.is !== 'open') throw new Error(`not open: ${JSON.stringify({ view, problem })}`)
  return view.token
}
