import type { Secret } from '@rekey/core'
import type { Config } from './config.js'
import { readKey } from './key-ring.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigPath, ConfigSource } from './source.js'
import { pathText } from './source.js'

/** Keys in tokens must be named in a way that every header and log can hold. */
const KEY_ID = /^[A-Za-z0-9._-]{1,32}$/

type Keys = { readonly is: 'keys'; readonly keys: Config['keys'] } | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/**
 * Reads the secrets of a configuration, refusing what could be guessed.
 * @param file absolute path of the file of generated keys.
 */
export function checkKeys(config: FilledConfig, source: ConfigSource, file: string): Keys {
  const faults: ConfigFault[] = []
  const { signing, stable } = config.keys
  const secrets = new Map<string, ConfigPath>()

  const read = (path: ConfigPath, text: string): Secret | undefined => {
    const name = pathText(path)
    const key = readKey(text)
    if (key.is === 'weak') {
      faults.push(
        source.fault('config-weak-key', path, {
          message: `\`${name}\` ${key.why}`,
          label: 'too weak',
          help: 'make one with `openssl rand -base64 32`',
        }),
      )
      return undefined
    }
    const other = secrets.get(key.secret.reveal())
    if (other)
      faults.push(
        source.fault('config-duplicate', path, {
          message: `\`${name}\` is the same secret as \`${pathText(other)}\``,
          label: 'the same again',
        }),
      )
    secrets.set(key.secret.reveal(), path)
    return key.secret
  }

  const ids = new Set<string>()
  const ring = (signing ?? []).flatMap(({ id, secret }, index) => {
    const path = ['keys', 'signing', index] as const
    if (!KEY_ID.test(id)) {
      faults.push(
        source.fault('config-value', [...path, 'id'], {
          message: `\`${pathText(path)}.id\` takes letters, digits, \`.\`, \`_\` and \`-\``,
        }),
      )
    }
    if (ids.has(id))
      faults.push(source.fault('config-duplicate', [...path, 'id'], { message: `two signing keys have the id \`${id}\``, label: 'taken' }))
    ids.add(id)
    const key = read([...path, 'secret'], secret)
    return key ? [{ id, secret: key }] : []
  })
  const stableKey = stable === undefined ? undefined : read(['keys', 'stable'], stable)

  if (signing !== undefined && stable === undefined) faults.push(lacking(source, 'signing', 'stable'))
  if (stable !== undefined && signing === undefined) faults.push(lacking(source, 'stable', 'signing'))
  if (signing !== undefined && config.keys.file !== undefined) {
    faults.push(
      source.fault('config-value', ['keys', 'file'], {
        message: '`keys` takes either `signing` and `stable`, or `file`',
        label: 'not used',
      }),
    )
  }
  const shared = (['redis', 'sentinel', 'cluster'] as const).find((name) => config.store[name] !== undefined)
  if (shared !== undefined && signing === undefined && stable === undefined) {
    faults.push(
      source.fault('config-needs-keys', ['store', shared], {
        message: 'a store that several processes share needs configured keys',
        label: 'shared store',
        help: 'set `keys.signing` and `keys.stable`; make each secret with `openssl rand -base64 32`',
      }),
    )
  }
  if (faults.length > 0) return { is: 'faults', faults }
  return {
    is: 'keys',
    keys: stableKey === undefined ? { is: 'file', file } : { is: 'configured', ring: { signing: ring, stable: stableKey } },
  }
}

function lacking(source: ConfigSource, there: string, absent: string): ConfigFault {
  return source.fault('config-missing-key', ['keys', there], {
    message: `\`keys.${there}\` needs \`keys.${absent}\` beside it`,
    label: 'incomplete',
  })
}
