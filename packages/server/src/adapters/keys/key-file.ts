import { randomBytes } from 'node:crypto'
import { isJsonObject } from '@rekey/core'
import type { Secret } from '@rekey/core'
import type { KeyRing } from '../../config/config.js'
import { KEY_BYTES, readKey } from '../../config/key-ring.js'
import { openPrivateFile } from './private-file.js'

export { KeyFileFault } from './private-file.js'

/**
 * Reads the generated keys of an installation; creates the file, readable for nobody else, when it is not there. Processes that start
 * at the same time get the same keys.
 * @param path absolute; its folder is created too.
 * @throws KeyFileFault when others can read the file, when it belongs to somebody else, or when it holds no keys.
 */
export async function openKeyFile(path: string): Promise<KeyRing> {
  return openPrivateFile(path, freshKeys, parseKeys)
}

function freshKeys(): string {
  const secret = (): string => randomBytes(KEY_BYTES).toString('base64url')
  const keys = { format: 1, signing: [{ id: randomBytes(4).toString('hex'), secret: secret() }], stable: secret() }
  return `${JSON.stringify(keys, undefined, 2)}\n`
}

function parseKeys(text: string): KeyRing | undefined {
  const value = parseJson(text)
  if (!isJsonObject(value) || value['format'] !== 1 || !Array.isArray(value['signing']) || value['signing'].length === 0) return undefined
  const entries: readonly unknown[] = value['signing']
  const signing = entries.flatMap((entry) => {
    const secret = isJsonObject(entry) ? secretOf(entry['secret']) : undefined
    return isJsonObject(entry) && typeof entry['id'] === 'string' && secret ? [{ id: entry['id'], secret }] : []
  })
  const stable = secretOf(value['stable'])
  return stable && signing.length === entries.length ? { signing, stable } : undefined
}

function secretOf(given: unknown): Secret | undefined {
  const key = typeof given === 'string' ? readKey(given) : undefined
  return key?.is === 'key' ? key.secret : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
