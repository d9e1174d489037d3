import { isJsonObject, type Secret, type Session, type Sessions } from '@rekey/core'
import { newSessionToken, sessionDigest } from '@rekey/core/memory'
import type { Redis } from 'ioredis'
import { keyLayout } from './keys.js'
import type { KeyLayout } from './keys.js'
import { UnreadableError, type Seal } from './seal.js'

export interface RedisSessionsOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
}

/** Keeps login sessions in Redis, sealed, under the digest of their token: what lies there lets nobody in. */
export class RedisSessions implements Sessions {
  readonly #keys: KeyLayout

  constructor(
    private readonly redis: Redis,
    private readonly seal: Seal,
    options: RedisSessionsOptions = {},
  ) {
    this.#keys = keyLayout(options.prefix)
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
