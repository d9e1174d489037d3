import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { MAIN } from '../../scripts/build.mjs'
import { startPostgres } from '../../scripts/postgres-server.mjs'
import { now, pause, until } from './clock.mjs'
import { writeFlows } from './flows.mjs'
import { freePorts } from '../../scripts/free-port.mjs'
import { RedisHouse } from './redis-house.mjs'
import { Issuer } from './talks.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const resolver = createRequire(new URL('../../packages/server/package.json', import.meta.url))
const { Client: PostgresClient } = resolver('pg')

const SERVERS = 3
const READY_MS = 40_000
const STOP_MS = 20_000
/** How long a supervisor starts a server again and again, and how long it waits in between. */
const STARTS_MS = 30_000
const AGAIN_MS = 500
/** Cheap, so that the run is about the wires, the store and the directory and not about argon2. */
const HASHING = { memoryKiB: 8, passes: 1, lanes: 1 }

/** What of the directory the checker sees: each change of a password as the database made it, written by the database itself. */
const RECORD_WRITES = `
  CREATE TABLE soak_writes (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person text NOT NULL, act text, before text NOT NULL, after text NOT NULL, old_hash text, hash text
  );
  CREATE FUNCTION soak_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO soak_writes (person, act, before, after, old_hash, hash)
      VALUES (NEW.user_name, NEW.last_act, OLD.credential_version, NEW.credential_version, OLD.password_hash, NEW.password_hash);
    RETURN NEW;
  END $$;
  CREATE TRIGGER soak_record AFTER UPDATE ON rekey.people FOR EACH ROW
    WHEN (OLD.password_hash IS DISTINCT FROM NEW.password_hash OR OLD.credential_version IS DISTINCT FROM NEW.credential_version)
    EXECUTE FUNCTION soak_record();
`

/** Everything a run needs, in one folder: PostgreSQL, Redis with a replica and Sentinels, a mail server, and three processes of Rekey. */
export class House {
  /** @type {Server[]} */
  servers = []
  closers = []

  /** @param {string} folder @param {{ people: readonly { userName: string, mail?: string }[], mailRefused: readonly string[] }} wishes */
  constructor(folder, wishes) {
    this.folder = folder
    this.wishes = wishes
    this.mails = join(folder, 'mails.jsonl')
    this.audit = join(folder, 'audit')
    this.issuer = Issuer.pair()
    this.brightPatternToken = randomBytes(24).toString('base64url')
    this.keys = { signing: [{ id: 'k1', secret: secret() }], stable: secret() }
  }

  async open() {
    const [postgres, redis, [mailPort, ...ports]] = await Promise.all([
      startPostgres(),
      RedisHouse.open(join(this.folder, 'redis')),
      freePorts(SERVERS + 1),
    ])
    this.postgres = postgres
    this.redis = redis
    this.mail = new MailServer(mailPort, this.mails, { refuse: this.wishes.mailRefused })
    await this.mail.start()
    mkdirSync(this.audit)
    writeFlows(join(this.folder, 'flows'))
    writeFileSync(join(this.folder, 'jwks.json'), this.issuer.jwks)
    writeFileSync(join(this.folder, 'people.json'), JSON.stringify({ people: this.wishes.people }))
    for (const [at, port] of ports.entries()) this.servers.push(this.#server(at, port))
    // The first one makes the tables and sows the people.
    const [first, ...others] = this.servers
    await first.start()
    await this.inDatabase((client) => client.query(RECORD_WRITES))
    await Promise.all(others.map((server) => server.start()))
  }

  get urls() {
    return this.servers.map(({ url }) => url)
  }

  /** @template T @param {(client: import('pg').Client) => Promise<T>} work @returns {Promise<T>} */
  async inDatabase(work) {
    const client = new PostgresClient({ connectionString: this.postgres.url })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  async restartPostgres(pauseMs) {
    const { home, port } = this.postgres
    await this.postgres.kill()
    await pause(pauseMs)
    this.postgres = await startPostgres({ home, port })
  }

  async close() {
    await Promise.all([...this.servers.map((server) => server.kill()), this.mail?.kill()])
    await Promise.all([this.redis?.close(), this.postgres?.stop()])
  }

  #server(at, port) {
    const home = join(this.folder, `server-${at}`)
    mkdirSync(home)
    const config = join(home, 'rekey.yaml')
    // JSON is YAML.
    writeFileSync(config, JSON.stringify(this.#config(port)))
    return new Server({ config, port, log: join(home, 'log.jsonl'), brightPatternToken: this.brightPatternToken })
  }

  #config(port) {
    const often = '100000/h'
    return {
      port,
      publicUrl: 'https://id.example',
      flows: join(this.folder, 'flows'),
      store: this.redis.config,
      directory: { seed: join(this.folder, 'people.json'), postgres: { url: this.postgres.url, connections: 8 } },
      mail: { from: 'Rekey <no-reply@id.example>', smtp: { host: '127.0.0.1', port: this.mail.port, tls: 'none' } },
      keys: this.keys,
      passwords: { profile: 'demo', hashing: HASHING },
      bearers: { issuers: [{ issuer: Issuer.ISSUER, jwks: join(this.folder, 'jwks.json'), subject: 'userName' }] },
      limits: {
        failures: { principal: often, inRow: { free: 1_000_000, most: 1_000_000 } },
        starts: { address: often, store: often },
        messages: { conversation: 20, destination: '2000/h' },
      },
      log: { level: 'warn' },
      audit: { folder: this.audit },
      stop: { notice: '1s' },
    }
  }
}

/** One process of `rekey serve` on a port that it keeps over restarts. */
export class Server {
  #child
  #ended = Promise.resolve()

  constructor(parts) {
    this.parts = parts
    this.url = `http://127.0.0.1:${parts.port}`
    this.said = createWriteStream(parts.log, { flags: 'a' })
  }

  /**
   * Starts it as a supervisor does: a server refuses to start while its store or its directory is away, and is started again.
   * @param {{ clockShiftMs?: number, clockAfterMs?: number }} [clock]
   */
  async start(clock = {}) {
    const end = now() + STARTS_MS
    for (;;) {
      try {
        return await this.#launch(clock)
      } catch (error) {
        if (now() > end) throw error
        await pause(AGAIN_MS)
      }
    }
  }

  async #launch({ clockShiftMs = 0, clockAfterMs = 0 }) {
    const { config, brightPatternToken } = this.parts
    const hook = clockShiftMs === 0 ? [] : ['--import', join(HERE, 'shifted-clock.mjs')]
    const env = {
      REKEY_BRIGHT_PATTERN_TOKEN: brightPatternToken,
      NODE_ENV: 'production',
      SOAK_CLOCK_SHIFT_MS: String(clockShiftMs),
      SOAK_CLOCK_AFTER_MS: String(clockAfterMs),
    }
    const child = spawn(process.execPath, [...hook, MAIN, 'serve', '--config', config], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    // A run that is broken off must leave no server behind.
    const onParentExit = () => child.kill('SIGKILL')
    process.once('exit', onParentExit)
    this.#ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        process.removeListener('exit', onParentExit)
        resolve(signal ?? code)
      }),
    )
    const words = []
    child.stderr.on('data', (part) => {
      this.said.write(part)
      words.push(String(part))
      if (words.length > 50) words.shift()
    })
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => fail('not ready in time'), READY_MS)
      const fail = (why) => {
        child.kill('SIGKILL')
        reject(new Error(`a server did not start: ${why}\n${words.join('')}`))
      }
      child.once('exit', (code, signal) => {
        clearTimeout(late)
        fail(`it ended with ${signal ?? code}`)
      })
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.includes('listens on')) return
        clearTimeout(late)
        resolve(undefined)
      })
    })
  }

  get pid() {
    return this.#child?.pid
  }

  async kill() {
    this.#child?.kill('SIGKILL')
    await this.#ended
  }

  /** Ends it as an operator would. @returns how it ended: 0 when in order. */
  async stop() {
    const child = this.#child
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    const how = await this.#ended
    clearTimeout(hard)
    return how
  }
}

/** The mail server, in a process of its own. */
class MailServer {
  #child
  #ended = Promise.resolve()
  #asked = 0

  constructor(port, file, manners) {
    this.port = port
    this.file = file
    this.manners = { slowMs: 0, defer: [], refuse: [], ...manners }
  }

  async start() {
    const child = spawn(process.execPath, [join(HERE, 'mail-process.mjs'), this.file, String(this.port)], {
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    this.#ended = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', (code) => reject(new Error(`the mail server did not start: ${code}`)))
    })
    await this.behave({})
  }

  /** @param {{ slowMs?: number, defer?: readonly string[] }} manners */
  async behave(manners) {
    this.manners = { ...this.manners, ...manners }
    const number = ++this.#asked
    let heard = false
    const listen = (said) => (heard ||= said.heard === number)
    this.#child.on('message', listen)
    this.#child.send({ manners: this.manners, number })
    await until('the mail server', () => heard)
    this.#child.off('message', listen)
  }

  async kill() {
    this.#child?.kill('SIGKILL')
    await this.#ended
  }
}

function secret() {
  return randomBytes(32).toString('base64')
}
