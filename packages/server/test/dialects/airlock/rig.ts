import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Bearers,
  Codes,
  compileFlows,
  createRegistry,
  DerivedCodes,
  Directory,
  Engine,
  Keyring,
  PasswordPolicy,
  printText,
  Secret,
  SourceFile,
  type AuditEvent,
  type JsonObject,
  type Letter,
} from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { builtInSteps } from '@rekey/steps'
import { onTestFinished, vi } from 'vitest'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import { commonPasswords } from '../../../src/adapters/passwords/common-passwords.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'
import { RulePolicy } from '../../../src/adapters/passwords/rule-policy.js'
import { airlock } from '../../../src/dialects/airlock/index.js'
import { createHttp } from '../../../src/http/create-http.js'
import { Browser } from './browser.js'

export const FLOWS = new URL('../../../../../flows/airlock/', import.meta.url)

/** The tokens of people who are signed in. */
const SIGNED_IN: ReadonlyMap<string, string> = new Map([
  ['jdoe-is-signed-in', 'p-jdoe'],
  ['asmith-is-signed-in', 'p-asmith'],
])

/** The shipped flows of this dialect, and more. */
export async function shippedFlows(more: Readonly<Record<string, string>> = {}) {
  const names = (await readdir(FLOWS)).filter((name) => /(?<!\.test)\.yaml$/.test(name)).toSorted()
  const shipped = await Promise.all(names.map(async (name) => new SourceFile(name, await readFile(new URL(name, FLOWS), 'utf8'))))
  const files = [...shipped, ...Object.entries(more).map(([name, text]) => new SourceFile(name, text))]
  return compileFlows(files, createRegistry([builtInSteps], [airlock]))
}

export interface AirlockRigOptions {
  readonly settings?: JsonObject
  readonly flows?: Readonly<Record<string, string>>
  readonly publicUrl?: string
}

/** A server that listens, with the shipped flows over a real engine and directory, until the test is over. */
export async function airlockRig({ settings = {}, flows: more = {}, publicUrl = 'https://id.example' }: AirlockRigOptions = {}) {
  const { flows, diagnostics } = await shippedFlows(more)
  if (diagnostics.length > 0) throw new Error(printText(diagnostics, { color: false }))
  const folder = await mkdtemp(join(tmpdir(), 'rekey-airlock-'))
  const hasher = new PasswordHasher({ cost: { memoryKiB: 64, passes: 1, lanes: 1 } })
  const directory = await SqliteDirectory.open({ path: join(folder, 'people.db'), hasher })
  await directory.sow('rig', PEOPLE, new Map([['1', { en: "What's your favorite color?", de: 'Was ist Ihre Lieblingsfarbe?' }]]))
  const policy = new RulePolicy({ minLength: 8, maxLength: 256, history: true }, { directory, commonPasswords: commonPasswords('') })
  const keyring = new Keyring({ signing: [{ id: 'k1', secret: new Uint8Array(32).fill(1) }], stable: new Uint8Array(32).fill(9) })
  const { outbox, ...store } = memoryStore()
  const events: AuditEvent[] = []
  const faults: unknown[] = []
  const letters: Letter[] = []
  const bearers: Bearers = {
    verify: async (token) => {
      const principal = SIGNED_IN.get(token.reveal())
      return principal === undefined ? undefined : { principal, scopes: [] }
    },
  }
  const engine = new Engine({
    flows,
    steps: new Map(builtInSteps.steps.map((step) => [step.type, step])),
    services: new Map<string, unknown>([
      [Directory.name, directory],
      [PasswordPolicy.name, policy],
      [Codes.name, new DerivedCodes(keyring)],
      [Bearers.name, bearers],
    ]),
    dialects: new Map([['airlock', airlock]]),
    keyring,
    ...store,
    directory,
    policy,
    audit: { record: (event) => void events.push(event) },
    report: (fault) => void faults.push(fault),
  })
  await engine.refresh()
  const options = new Map(
    flows.map(({ id, speaks }) => {
      const own = speaks.get('airlock') ?? {}
      return [typeof own['as'] === 'string' ? own['as'] : id, own] as const
    }),
  )
  const dialect = airlock.mount(settings, {
    publicUrl,
    options: (as) => options.get(as),
    passwordRules: () => [],
    sign: () => new Uint8Array(32),
  })
  const consumer = outbox.consume(async (item) => {
    if (item.is === 'resolve') return engine.resolve(item.conversation)
    const letter = await engine.fulfil(item.body)
    if (letter) letters.push(letter)
  })
  const http = createHttp({ engine, dialects: [dialect], onFault: (fault) => faults.push(fault) })
  const listening = await http.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await listening.close()
    await consumer.stop()
    await directory.close()
    await rm(folder, { recursive: true, force: true })
  })
  const due = () => letters.flatMap((letter) => (letter.is === 'due' ? [letter] : []))
  return {
    url: `http://127.0.0.1:${listening.port}`,
    directory,
    letters,
    events,
    faults,
    browser: () => new Browser(`http://127.0.0.1:${listening.port}`),
    /** The code that was sent last, once as many messages are out. */
    code: (messages = 1) =>
      vi.waitFor(() => {
        const sent = due()
        if (sent.length < messages) throw new Error(`${sent.length} messages were sent`)
        return sent[messages - 1]?.code?.reveal() ?? ''
      }),
    /** The link that was mailed last. */
    link: () =>
      vi.waitFor(() => {
        const letter = due().at(-1)
        if (!letter?.link) throw new Error('no link was mailed')
        const { token, approval, handles } = letter.link
        return dialect.link?.(letter.as, token, letter.code?.reveal(), approval, handles) ?? ''
      }),
    passwordIs: (person: string, text: string) => directory.verifyPassword(person, new Secret(text)),
  }
}

const BLUE = [{ question: '1', answer: 'Blue' }]

const PEOPLE: Parameters<SqliteDirectory['sow']>[1] = [
  {
    id: 'p-jdoe',
    userName: 'jdoe',
    mail: 'jdoe@example.com',
    phone: '+15550100',
    givenName: 'John',
    surname: 'Doe',
    password: 'Passw0rd1',
    answers: BLUE,
  },
  { id: 'p-asmith', userName: 'asmith', mail: 'asmith@example.com', password: 'Passw0rd1', answers: BLUE },
  { id: 'p-locked', userName: 'locked', mail: 'locked@example.com', state: 'locked', password: 'Passw0rd1', answers: BLUE },
  { id: 'p-nomail', userName: 'nomail', password: 'Passw0rd1', answers: BLUE },
]
