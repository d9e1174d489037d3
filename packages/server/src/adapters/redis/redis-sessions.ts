import { createHash } from 'node:crypto'
import { isJsonObject, REVOCATION_KEPT_SECONDS, type Secret, type Session, type Sessions } from '@rekey/core'
import { newSessionToken, sessionDigest } from '@rekey/core/memory'
import type { RedisCommands } from './redis-client.js'
import { keyLayout } from './keys.js'
import type { KeyLayout } from './keys.js'
import { defineScript, type Script } from './script.js'
import { UnreadableError, type Seal } from './seal.js'

export interface RedisSessionsOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
}

/** KEYS the note. ARGV a time, seconds to keep it. The later time stays. */
const REVOKE_UNTIL = {
  name: 'rekeyRevokeUntil',
  lua: `
local known = tonumber(redis.call('GET', KEYS[1]) or '-1')
if tonumber(ARGV[1]) > known then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
return 1
`,
} as const

/** Keeps login sessions in Redis, sealed, under the digest of their token: what lies there lets nobody in. */
export class RedisSessions implements Sessions {
  readonly #keys: KeyLayout
  readonly #revokeUntil: Script

  constructor(
    private readonly redis: RedisCommands,
    private readonly seal: Seal,
    options: RedisSessionsOptions = {},
  ) {
    this.#keys = keyLayout(options.prefix)
    this.#revokeUntil = defineScript(redis, REVOKE_UNTIL)
  }

  async issue(session: Session): Promise<Secret> {
    const token = newSessionToken()
    const key = this.#keys.session(sessionDigest(token) ?? '')
    // An end that has passed already deletes the key, as it should.
    await this.redis.set(key, this.seal.close(Buffer.from(JSON.stringify(session)), `session ${key}`), 'PXAT', session.expiresAt * 1_000)
    return token
  }

  async find(token: Secret): Promise<Session | undefined> {
    const digest = sessionDigest(token)
    if (digest === undefined) return undefined
    const key = this.#keys.session(digest)
    const sealed = await this.redis.getBuffer(key)
    if (sealed === null) return undefined
    const session: unknown = JSON.parse(this.seal.open(sealed, `session ${key}`).toString('utf8'))
    if (!isSession(session)) throw new UnreadableError('a sealed session has another form')
    return session
  }

  async revoke(token: Secret): Promise<void> {
    const digest = sessionDigest(token)
    if (digest !== undefined) await this.redis.del(this.#keys.session(digest))
  }

  async revokeUntil(principal: string, until: number): Promise<void> {
    await this.#revokeUntil([this.#revocation(principal)], [until, REVOCATION_KEPT_SECONDS])
  }

  async revokedUntil(principal: string): Promise<number | undefined> {
    const until = await this.redis.get(this.#revocation(principal))
    return until === null ? undefined : Number(until)
  }

  /** A directory's ids may be names: they do not stand in a key. */
  #revocation(principal: string): string {
    return this.#keys.revocation(createHash('sha256').update(principal).digest('base64url'))
  }
}

function isSession(value: unknown): value is Session {
  return (
    isJsonObject(value) &&
    typeof value['principal'] === 'string' &&
    typeof value['credentialVersion'] === 'string' &&
    typeof value['issuedAt'] === 'number' &&
    typeof value['expiresAt'] === 'number'
  )
}
