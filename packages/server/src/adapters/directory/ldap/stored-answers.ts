import { isJsonObject } from '@rekey/core'
import type { StoredAnswer } from '../stored-answer.js'
import type { LdapEntry } from './ldap-entry.js'

/** The answers that an attribute holds, one in each value: `id:hash`, or a JSON object. What is neither is nobody's answer. */
export function answersIn(entry: LdapEntry, attribute: string | undefined): readonly StoredAnswer[] {
  return entry.texts(attribute).flatMap((value) => answerOf(value) ?? [])
}

function answerOf(value: string): StoredAnswer | undefined {
  if (!value.startsWith('{')) {
    const [, id, hash] = /^([^:]+):(\$.+)$/s.exec(value) ?? []
    return id === undefined || hash === undefined ? undefined : { id, hash }
  }
  const read = parsed(value)
  if (!isJsonObject(read)) return undefined
  const { id, hash, own } = read
  if (typeof id !== 'string' || typeof hash !== 'string') return undefined
  return { id, hash, ...(typeof own === 'string' && own !== '' && { own }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
