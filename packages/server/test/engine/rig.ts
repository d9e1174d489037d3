import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Bearers,
  Codes,
  DerivedCodes,
  Directory,
  Engine,
  Keyring,
  Once,
  PasswordGenerator,
  PasswordPolicy,
  Sessions,
  type AuditEvent,
  type DialectWays,
  type EngineOptions,
  type JsonObject,
  type Letter,
  type Machine,
  type StepDefinition,
} from '@rekey/core'
import { memoryStore, type MemoryStore } from '@rekey/core/memory'
import { builtInSteps } from '@rekey/steps'
import { KnownBearers } from '../../src/adapters/bearers/known-bearers.js'
import type { NewPerson, Questions } from '../../src/adapters/directory/person.js'
import { SqliteDirectory } from '../../src/adapters/directory/sqlite-directory.js'
import { commonPasswords } from '../../src/adapters/passwords/common-passwords.js'
import { PasswordHasher } from '../../src/adapters/passwords/password-hasher.js'
import { RandomPasswords } from '../../src/adapters/passwords/password-generator.js'
import { RulePolicy } from '../../src/adapters/passwords/rule-policy.js'
import { administrator } from './administrator.js'
import { machineOf, type NodeSpec } from './machine-of.js'
import { PEOPLE, QUESTIONS } from './people.js'

/** Hashes cheap enough for thousands of them. */
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 } as const

/** One flow of an engine under test. */
export interface FlowSpec {
  /** Its id, and its name on every wire. */
  readonly id: string
  readonly steps: readonly NodeSpec[]
  readonly machine?: Partial<Machine>
}

export interface RigOptions {
  /** Steps of the one flow, `reset`; not read when there are `flows`. */
  readonly steps?: readonly NodeSpec[]
  readonly machine?: Partial<Machine>
  readonly flows?: readonly FlowSpec[]
  /** Steps beside the built-in ones. */
  readonly more?: readonly StepDefinition[]
  readonly opens?: 'eager' | 'lazy'
  /** Ways of the dialect `wire`, beside `opens`. */
  readonly ways?: Partial<DialectWays>
  /** People beside those of every rig. */
  readonly people?: readonly NewPerson[]
  readonly questions?: Questions
  /** Puts something before the directory, for the engine and for the steps. */
  readonly directory?: (real: Directory) => Directory
  /** Wraps parts, to make them fail or to watch them. */
  readonly wrap?: (options: EngineOptions) => EngineOptions
  readonly secrets?: Readonly<Record<string, string>>
  readonly leaseMs?: number
  /** False for a process that hands nothing out of the outbox. */
  readonly consumes?: false
}

/** An engine over a real directory in a temporary file and a store whose clock can be moved on. */
export async function engineRig(options: RigOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-engine-'))
  const path = join(folder, 'people.db')
  const people = await SqliteDirectory.open({ path, hasher: new PasswordHasher({ cost: CHEAP }) })
  await people.sow('rig', [...PEOPLE, ...(options.people ?? [])], options.questions ?? QUESTIONS)
  const admin = await administrator(path)
  let ahead = 0
  const store = memoryStore({ now: () => Date.now() + ahead })
  const shared = { people, store, keyring: KEYRING }
  const first = await startEngine(options, shared)
  return {
    ...first,
    people,
    admin,
    store,
    /** Another process: the same people, store and keys, but flows and parts of its own. */
    beside: (other: RigOptions) => startEngine(other, shared),
    /** Moves the store's clock; what has become due is handed out. */
    advance: async (seconds: number): Promise<void> => {
      ahead += seconds * 1000
      await first.engine.refresh()
      store.tick()
    },
    close: async (): Promise<void> => {
      await first.stop()
      admin.close()
      await people.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Rig = Awaited<ReturnType<typeof engineRig>>

/** The keys of every rig: so that a test can derive what an attacker cannot. */
export const KEYRING = new Keyring({ signing: [{ id: 'k1', secret: new Uint8Array(32).fill(1) }], stable: new Uint8Array(32).fill(9) })

interface Shared {
  readonly people: SqliteDirectory
  readonly store: MemoryStore
  readonly keyring: Keyring
}

async function startEngine(options: RigOptions, { people, store, keyring }: Shared) {
  const events: AuditEvent[] = []
  const faults: unknown[] = []
  const letters: Letter[] = []
  const base = baseOptions(options, { people, store, keyring })
  const engine = new Engine({
    ...(options.wrap?.(base) ?? base),
    audit: { record: (event) => void events.push(event) },
    report: (fault) => void faults.push(fault),
  })
  await engine.refresh()
  const consume = options.consumes === false ? () => ({ stop: async () => undefined }) : store.outbox.consume.bind(store.outbox)
  const consumer = consume(async (item) => {
    if (item.is === 'resolve') return engine.resolve(item.conversation)
    const letter = await engine.fulfil(item.body)
    if (letter) letters.push(letter)
  })
  const due = (conversation?: string) =>
    letters.flatMap((letter) => (letter.is === 'due' && letter.conversation === (conversation ?? letter.conversation) ? [letter] : []))
  return {
    engine,
    directory: base.directory,
    events,
    faults,
    letters,
    /** Letters that are really sent, of one conversation if one is given. */
    due,
    /** The code that was sent last, in one conversation if one is given. */
    code: (conversation?: string) =>
      due(conversation)
        .findLast((letter) => letter.code !== undefined)
        ?.code?.reveal() ?? '',
    /** The token by which the link that was mailed last approves. */
    approval: () => due().findLast((letter) => letter.link !== undefined)?.link?.approval ?? '',
    names: () => events.map(({ event, step, reason }) => [event, step, reason].filter((word) => word !== undefined).join(' ')),
    /** Waits for the outbox to hand out what is due: the store in memory does so within the present turn of the event loop. */
    delivered: () => new Promise<void>((resume) => setImmediate(resume)),
    stop: () => consumer.stop(),
  }
}

function baseOptions(options: RigOptions, { people, store, keyring }: Shared): EngineOptions {
  const directory = options.directory?.(people) ?? people
  const policy = new RulePolicy({ minLength: 8, maxLength: 256 }, { directory, commonPasswords: commonPasswords('') })
  const more = options.more ?? []
  const flows = options.flows ?? [
    {
      id: 'reset',
      steps: options.steps ?? ['userQuery', 'emailValidation', 'reset'],
      ...(options.machine && { machine: options.machine }),
    },
  ]
  const services = new Map<string, unknown>([
    [Directory.name, directory],
    [PasswordPolicy.name, policy],
    [PasswordGenerator.name, new RandomPasswords()],
    [Codes.name, new DerivedCodes(keyring)],
    [Sessions.name, store.sessions],
    [Once.name, store.once],
    [Bearers.name, new KnownBearers({ sessions: store.sessions, directory, issuers: [], now: Date.now })],
  ])
  const ways: DialectWays = { opens: options.opens ?? 'eager', ...options.ways }
  const speaks: ReadonlyMap<string, JsonObject> = new Map([
    ['wire', {}],
    // Another dialect that serves the same flows, so that what belongs to one can be tried on the other.
    ['other', {}],
  ])
  return {
    flows: flows.map(({ id, steps, machine }) => ({ id, ...machineOf(steps, more, { flow: id, ...machine }), speaks })),
    steps: new Map([...builtInSteps.steps, ...more].map((step) => [step.type, step])),
    services,
    dialects: new Map([
      ['wire', ways],
      ['other', ways],
    ]),
    keyring,
    conversations: store.conversations,
    budgets: store.budgets,
    machines: store.machines,
    directory,
    policy,
    secrets: (name) => options.secrets?.[name],
    ...(options.leaseMs !== undefined && { leaseMs: options.leaseMs }),
    // Replaced by whoever starts the engine.
    audit: { record: () => undefined },
    report: () => undefined,
  }
}

const running: { close(): Promise<void> }[] = []

/** A rig that ends with the test that opened it: a test file calls `closeRigs` after each test. */
export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const made = await engineRig(options)
  running.push(made)
  return made
}

/** Closes what `openRig` has opened. */
export async function closeRigs(): Promise<void> {
  for (const rig of running.splice(0)) await rig.close()
}
