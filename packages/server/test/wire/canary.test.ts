import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import type { JsonObject } from '@rekey/core'
import { run } from '../../src/cli/run.js'
import { startServer } from '../../src/compose.js'
import { capturedIo } from '../cli/captured-io.js'
import { Client, submitTo, tokenOf, type Answer } from './call.js'
import { wireConfig, wireConfigText, type SentMail } from './server.js'

/** What must never be read anywhere; the codes, tokens and links of the conversations join them while they are led. */
const PASSWORD = 'Canary-Passw0rd-7f3a'
const WEAK = 'cnrywk1'
const ANSWER = 'Canary-Answer-51c2'
const MAIL = 'canary.mail@example.com'
const USER = 'canary-user-88'
const TYPED = 'canary.typed@example.com'
const REDIS_USER = 'canary-redis'
const REDIS_PASSWORD = 'Canary-Redis-90e1'
const OLD_PASSWORD = 'Canary-Old-2b77'
/** What readers of metrics send. */
const READER = 'Canary-Reader-44d0'

const PEOPLE = `questions:
  '1': { en: What is it? }
people:
  - { userName: ${USER}, givenName: Carla, mail: ${MAIL}, password: ${OLD_PASSWORD}, answers: [{ question: '1', answer: ${ANSWER} }] }
`

/** Another connection of the test's own: it sees everything. */
let redis: Redis
beforeAll(async () => {
  redis = new Redis(inject('redisUrl'))
  await redis.call('ACL', 'SETUSER', REDIS_USER, 'on', `>${REDIS_PASSWORD}`, '~*', '&*', '+@all')
})
afterAll(async () => {
  await redis.call('ACL', 'DELUSER', REDIS_USER)
  redis.disconnect()
})

test.for([
  ['a log, Redis or an error', {}],
  ['the audit trail, metrics, or what the commands of operators print', { audit: { folder: 'trail', sync: 'always' } }],
] as const)('no secret reaches %s, with faults in every part (SEC-72, SEC-74)', async ([, config]) => {
  const subject = await Subject.start(redis, config)
  try {
    await everyFault(subject)
    await resetByQuestion(subject)
    await subject.tell('nothing')
    await badInput(subject)
    // The lines that must be there to show that something was written at all.
    await subject.observe()
    expect(subject.written + subject.trail).toContain('"event":"changed"')
    expect(subject.metrics).toContain('event="changed"')
    expect(subject.shown).toContain('it went through to its end')
    expect(subject.written).toContain('answered as unavailable')
    expect(subject.written).toContain('not delivered')
    expect(subject.dumped.length).toBeGreaterThan(10_000)
    expect(subject.errors.length).toBeGreaterThan(20)
    expect(subject.canaries.size).toBeGreaterThan(15)
  } finally {
    await subject.stop()
  }
  expect(subject.found()).toEqual([])
})

test('the search finds what is planted: a mailer and an audit that tell, a store that writes in clear', async () => {
  const subject = await Subject.start(redis, {}, 'leaking')
  try {
    await resetByMail(subject)
    await resetByQuestion(subject)
  } finally {
    await subject.stop()
  }
  expect([...new Set(subject.found())].toSorted()).toEqual([
    'a code in the log',
    'a link in the log',
    'a token in the log',
    'the address in Redis',
    'the password in the log',
  ])
})

test('the password of Redis is not told when Redis refuses it (SEC-74)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-canary-'))
  const config = await wireConfig(folder, { redis: { url: redisUrl('refused-Canary-Redis'), prefix: 'canary:' } })
  const error: unknown = await startServer(config).catch((fault: unknown) => fault)
  await rm(folder, { recursive: true, force: true })
  // As Node prints what nobody catches.
  const printed = inspect(error, { depth: 10, showHidden: true })
  expect(printed).toContain('WRONGPASS')
  expect(printed).not.toContain('refused-Canary-Redis')
})

function redisUrl(password: string): string {
  const url = new URL(inject('redisUrl'))
  url.username = REDIS_USER
  url.password = password
  return url.href
}

/** A process under watch: what it writes, what it keeps in Redis, and what it answers. */
class Subject {
  readonly canaries = new Map<string, string>([
    [PASSWORD, 'the password'],
    [WEAK, 'the weak password'],
    [OLD_PASSWORD, 'the old password'],
    [ANSWER, 'the answer'],
    [MAIL, 'the address'],
    [TYPED, 'a typed address'],
    [USER, 'the user name'],
    [REDIS_PASSWORD, 'the password of Redis'],
    [READER, 'the bearer of metrics'],
  ])
  written = ''
  dumped = ''
  metrics = ''
  /** What the commands of operators print. */
  shown = ''
  trail = ''
  readonly errors: string[] = []
  client = new Client('http://127.0.0.1:1')
  #said = ''

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly folder: string,
  ) {
    child.stdout.on('data', (chunk: Buffer) => (this.#said += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (this.written += chunk.toString()))
  }

  static async start(redis: Redis, more: JsonObject = {}, leak?: 'leaking'): Promise<Subject> {
    const folder = await mkdtemp(join(tmpdir(), 'rekey-canary-'))
    const prefix = `canary:${folder.slice(-6)}:`
    await writeFile(join(folder, 'seed.yaml'), PEOPLE)
    const config = { directory: { file: 'people.db', seed: 'seed.yaml' }, log: { level: 'trace' }, metrics: { bearer: READER }, ...more }
    await writeFile(join(folder, 'rekey.yaml'), wireConfigText({ config, redis: { url: redisUrl(REDIS_PASSWORD), prefix } }))
    const runner = join(import.meta.dirname, '../adapters/directory/run-source.mjs')
    const args = [runner, join(import.meta.dirname, 'canary-server.ts'), folder, ...(leak === undefined ? [] : [leak])]
    const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] }, stdio: 'pipe' })
    const subject = new Subject(child, redis, prefix, folder)
    const address = await subject.#line(/^http:.*$/m)
    subject.client = new Client(address)
    return subject
  }

  /** Sends, keeps the answer's token and errors, and dumps the store as it stands then. */
  async post(flow: string, body: { readonly token?: string; readonly input: object }): Promise<Answer> {
    const answer = await this.client.post(submitTo(flow), JSON.stringify(body))
    await this.keep(answer)
    return answer
  }

  async keep(answer: Answer): Promise<void> {
    const token = /"token":"([^"]+)"/.exec(answer.text)?.[1]
    if (token !== undefined) this.canaries.set(token, 'a token')
    if (answer.status !== 200) this.errors.push(answer.text)
    await this.dump()
  }

  async mail(before: number): Promise<{ readonly code: string; readonly token: string }> {
    const mail = await vi.waitFor(
      async () => {
        const mails = JSON.parse((await this.client.get(`/dev/mailbox?to=${MAIL}`)).text) as readonly SentMail[]
        const found = mails.filter(({ subject }) => subject.startsWith('Confirm'))[before]
        if (found === undefined) throw new Error('no mail yet')
        return found
      },
      { timeout: 15_000, interval: 20 },
    )
    const code = /^ {4}(\d{8})$/m.exec(mail.text)?.[1] ?? ''
    const link = /https?:\S+/.exec(mail.text)?.[0] ?? ''
    const token = /&token=([^&]+)/.exec(link)?.[1] ?? ''
    this.canaries.set(code, 'a code').set(link, 'a link').set(token, 'a token')
    return { code, token }
  }

  /** From now on this call fails. */
  async tell(call: string): Promise<void> {
    this.#said = ''
    this.child.stdin.write(`${call}\n`)
    await this.#line(new RegExp(`^${call}$`, 'm'))
  }

  /** What operators see: metrics, conversations, the trail. */
  async observe(): Promise<void> {
    this.metrics += (await this.client.get('/metrics', { Authorization: `Bearer ${READER}` })).text
    const rekey = async (...args: readonly string[]) => {
      const io = capturedIo(this.folder)
      expect(await run(['conversations', ...args], io)).toBe(0)
      this.shown += io.written.out + io.written.err
      return io.written.out
    }
    const listed = await rekey('list', '--ended')
    await rekey('list', '--ended', '--format', 'json')
    for (const id of listed.match(/^[0-9a-f]{8}-[0-9a-f-]{27}/gm) ?? []) await rekey('show', id)
    const names = await readdir(join(this.folder, 'trail')).catch(() => [])
    this.trail += (await Promise.all(names.map((name) => readFile(join(this.folder, 'trail', name), 'utf8')))).join('')
  }

  /** Everything under the prefix, whatever its type. */
  async dump(): Promise<void> {
    const keys = await this.redis.keys(`${this.prefix}*`)
    const values = await Promise.all(keys.map(async (key) => [key, await this.#value(key)] as const))
    this.dumped += JSON.stringify(values)
  }

  async #value(key: string): Promise<unknown> {
    const text = (value: unknown): unknown =>
      Buffer.isBuffer(value) ? value.toString('latin1') : Array.isArray(value) ? value.map(text) : value
    switch (await this.redis.type(key)) {
      case 'string':
        return text(await this.redis.getBuffer(key))
      case 'hash':
        return text(Object.entries(await this.redis.hgetallBuffer(key)))
      case 'stream':
        return [text(await this.redis.xrangeBuffer(key, '-', '+')), await this.redis.xinfo('STREAM', key, 'FULL')]
      case 'zset':
        return text(await this.redis.zrangeBuffer(key, '0', '-1'))
      case 'list':
        return text(await this.redis.lrangeBuffer(key, 0, -1))
      case 'set':
        return text(await this.redis.smembersBuffer(key))
      case 'none':
        return undefined
      default:
        throw new Error(`${key} is of a type that this test does not read`)
    }
  }

  found(): readonly string[] {
    const places = {
      'the log': this.written + this.#said,
      Redis: this.dumped,
      'an error': this.errors.join('\n'),
      'the audit trail': this.trail,
      metrics: this.metrics,
      'a command': this.shown,
    }
    return Object.entries(places).flatMap(([place, text]) =>
      [...this.canaries].filter(([canary]) => spellings(canary).some((one) => text.includes(one))).map(([, name]) => `${name} in ${place}`),
    )
  }

  async stop(): Promise<void> {
    this.client.close()
    const ended = new Promise((resolve) => this.child.once('close', resolve))
    this.child.stdin.end()
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(impatient)
    await this.dump()
    await rm(this.folder, { recursive: true, force: true })
  }

  #line(shape: RegExp): Promise<string> {
    return vi.waitFor(
      () => {
        const line = shape.exec(this.#said)?.[0]
        if (line === undefined) throw new Error(`the server has not said ${String(shape)}: ${this.written}`)
        return line
      },
      { timeout: 20_000, interval: 20 },
    )
  }
}

/** A secret as it might be spelt: as it is, in letter cases, in a URL, in JSON, in base64 at any offset, in hex. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const inner = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    // The characters at both ends depend on what stands around.
    return text.slice(shift === 0 ? 0 : 4, -2)
  })
  return [
    secret,
    secret.toLowerCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...inner,
    ...inner.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ].filter((text) => text.length >= 7)
}

const SEARCH = { queryFilter: `mail eq "${MAIL}"` }

async function resetByQuestion(subject: Subject): Promise<void> {
  const first = tokenOf(await subject.post('resetKba', { input: { returnParams: 'x' } }))
  const named = tokenOf(await subject.post('resetKba', { token: first, input: { queryFilter: `userName eq "${USER}"` } }))
  await subject.post('resetKba', { token: named, input: { answer1: `${ANSWER}x` } })
  const proved = tokenOf(await subject.post('resetKba', { token: named, input: { answer1: ANSWER } }))
  await subject.post('resetKba', { token: proved, input: { password: WEAK } })
  expect((await subject.post('resetKba', { token: proved, input: { password: PASSWORD } })).status).toBe(200)
}

async function resetByMail(subject: Subject): Promise<void> {
  const token = tokenOf(await subject.post('resetOneStage', { input: SEARCH }))
  const { code } = await subject.mail(0)
  expect((await subject.post('resetOneStage', { token, input: { code } })).status).toBe(200)
}

/** One conversation in which every call that a secret passes through fails once, and is then made again. */
async function everyFault(subject: Subject): Promise<void> {
  const failing = async (call: string, flow: string, body: { readonly token?: string; readonly input: object }) => {
    await subject.tell(call)
    const failed = await subject.post(flow, body)
    expect([call, failed.status, failed.text]).toEqual([
      call,
      503,
      '{"code":503,"reason":"Service Unavailable","message":"Service unavailable"}',
    ])
    await subject.tell('nothing')
  }
  await subject.post('resetOneStage', { input: { queryFilter: `mail eq "${TYPED}"` } })
  await failing('directory.find', 'resetOneStage', { input: SEARCH })
  await failing('budgets.count', 'resetOneStage', { input: SEARCH })
  await failing('conversations.create', 'resetOneStage', { input: SEARCH })
  await subject.tell('mailer.send')
  const token = tokenOf(await subject.post('resetOneStage', { input: SEARCH }))
  await vi.waitFor(() => expect(subject.written).toContain('not delivered'), { timeout: 10_000, interval: 20 })
  await subject.tell('nothing')
  const { code } = await subject.mail(0)
  const coded = { token, input: { code } }
  for (const call of ['conversations.claim', 'directory.read', 'conversations.commit']) await failing(call, 'resetOneStage', coded)
  const proved = tokenOf(await subject.post('resetOneStage', coded))
  const answered = { token: proved, input: { answer1: ANSWER } }
  await failing('directory.verifyAnswers', 'resetOneStage', answered)
  const last = tokenOf(await subject.post('resetOneStage', answered))
  const changed = { token: last, input: { password: `${PASSWORD}-first` } }
  await failing('conversations.mark', 'resetOneStage', changed)
  await failing('directory.setPassword', 'resetOneStage', changed)
}

/** Secrets in wrong places of requests. */
async function badInput(subject: Subject): Promise<void> {
  const { client } = subject
  const token = tokenOf(await subject.post('resetKba', { input: {} }))
  subject.canaries.set(token, 'a token')
  const bodies = [
    `{"token":"${token}","input":{"password":"${PASSWORD}","code":"1"}}`,
    `{"token":"${token}x","input":{"password":"${PASSWORD}"}}`,
    `{"token":["${token}"],"input":{"password":"${PASSWORD}"}}`,
    `{"token":"${token}","input":{"queryFilter":"password eq \\"${PASSWORD}\\""}}`,
    `{"token":"${token}","input":{"queryFilter":["${MAIL}"]}}`,
    `{"token":"${token}","input":{"${PASSWORD}":1}}`,
    `{"${PASSWORD}"`,
    PASSWORD,
    `{"input":{}} ${PASSWORD}`,
  ]
  for (const body of bodies) await subject.keep(await client.post(submitTo('resetKba'), body))
  for (const call of [
    { target: submitTo('resetKba'), headers: { 'X-OpenIDM-Username': USER, 'X-OpenIDM-Password': PASSWORD } },
    { target: submitTo('resetKba'), headers: { Authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` } },
    { target: submitTo('resetKba'), headers: { Authorization: `Bearer ${token}` } },
    { target: submitTo(token) },
    { target: `${submitTo('resetKba')}&password=${PASSWORD}&token=${token}` },
  ]) {
    await subject.keep(await client.send({ method: 'POST', body: bodies[0] ?? '', ...call }))
  }
}
