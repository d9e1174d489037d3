import { durationSeconds } from '@rekey/core'
import { readNode } from '../adapters/redis/redis-settings.js'
import { isOverTls } from './resolve-store.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'

/** Longest time that a call may be told to take: a person is waiting, and a lease is held meanwhile. */
const MAX_TIMEOUT_SECONDS = 10

/** The ways to name a Redis; of them one is given, or none. */
const PLACES = ['redis', 'sentinel', 'cluster'] as const

const TLS_FILES = ['caFile', 'certFile', 'keyFile'] as const

/** Checks what the schema cannot say of `store`. */
export function checkStore({ store }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const value = (path: ConfigPath, words: FaultWords): void => void faults.push(source.fault('config-value', ['store', ...path], words))
  const [place, ...more] = PLACES.filter((name) => store[name] !== undefined)

  if (store.redis !== undefined && !isRedisAddress(store.redis))
    value(['redis'], {
      message: '`store.redis` takes the address of a Redis',
      help: 'as in `redis://127.0.0.1:6379`, or `rediss://` for TLS',
    })
  for (const other of more)
    value([other], {
      message: `the store is one of \`redis\`, \`sentinel\` and \`cluster\`: \`store.${place}\` stands there too`,
      label: 'one of them',
    })
  for (const name of ['sentinel', 'cluster'] as const)
    store[name]?.nodes.forEach((node, index) => {
      const path = [name, 'nodes', index] as const
      if (readNode(node) === undefined)
        value(path, {
          message: `\`${pathText(['store', ...path])}\` takes a host and a port`,
          help: 'as in `redis-1.example.com:6379` or `[fd00::1]:6379`',
        })
    })
  const { sentinel } = store
  if (sentinel?.user !== undefined && sentinel.password === undefined) incomplete(['sentinel', 'user'], ['sentinel', 'password'])
  if (store.user !== undefined && store.password === undefined) incomplete(['user'], ['password'])
  if (store.redis !== undefined && isRedisAddress(store.redis)) {
    const { username, password } = new URL(store.redis)
    if (username + password !== '' && (store.user ?? store.password) !== undefined)
      value([store.user === undefined ? 'password' : 'user'], {
        message: 'user and password stand in the address of `store.redis` already',
        label: 'twice',
      })
    if (store.tls !== undefined)
      value(['tls'], { message: 'of `store.redis` the address says whether TLS is spoken: `rediss://` or `redis://`', label: 'not here' })
  }
  if (place === undefined)
    for (const key of ['user', 'password', 'tls', ...TLS_FILES] as const)
      if (store[key] !== undefined) value([key], { message: `\`store.${key}\` is for a Redis, and none is named`, label: 'never read' })
  if (place !== undefined && !isOverTls(store))
    for (const key of TLS_FILES)
      if (store[key] !== undefined)
        value([key], {
          message: `\`store.${key}\` is for connections with TLS, and this one is in clear`,
          label: 'never read',
          help: store.redis === undefined ? 'write `tls: verify`' : 'write `rediss://`',
        })
  if (store.certFile !== undefined && store.keyFile === undefined) incomplete(['certFile'], ['keyFile'])
  if (store.keyFile !== undefined && store.certFile === undefined) incomplete(['keyFile'], ['certFile'])
  if (durationSeconds(store.timeout) > MAX_TIMEOUT_SECONDS)
    value(['timeout'], { message: `\`store.timeout\` takes \`${MAX_TIMEOUT_SECONDS}s\` at most`, label: 'too long' })
  // Braces make hash tags, by which a cluster decides which node keeps a key; the store sets its own.
  if (!/^[^{}\s]+$/.test(store.prefix)) value(['prefix'], { message: '`store.prefix` takes a text without `{`, `}` and blanks' })
  return faults

  function incomplete(has: ConfigPath, lacks: ConfigPath): void {
    faults.push(
      source.fault('config-missing-key', ['store', ...has], {
        message: `\`${pathText(['store', ...has])}\` needs \`${pathText(['store', ...lacks])}\` beside it`,
        label: 'incomplete',
      }),
    )
  }
}

function isRedisAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (url.protocol === 'redis:' || url.protocol === 'rediss:') && url.hostname !== ''
}
