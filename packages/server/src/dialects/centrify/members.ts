import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { readJson } from '../../dialect/json.js'
import type { WireRequest } from '../../dialect/wire.js'

/** The members of a request object by their name in lower case: spelling varies between clients. Of names that differ in case only, the last counts. */
export type Members = ReadonlyMap<string, Json>

const JSON_TYPE = /^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*;?$/i

/**
 * Reads the body of a call. Nothing, and an empty list, are read as an empty object: some clients send either.
 * @returns undefined for everything else that is no JSON object, too large, packed, or under another content type.
 */
export function readMembers(request: WireRequest): Members | undefined {
  const types = request.headers.get('content-type') ?? []
  if (types.length > 1 || types.some((type) => !JSON_TYPE.test(type.trim()))) return undefined
  switch (request.body.is) {
    case 'none':
      return NOTHING
    case 'too-large':
    case 'not-utf8':
    case 'encoded':
      return undefined
    case 'text': {
      // A body whose type nobody named could come from a form of a foreign page.
      if (types.length === 0) return undefined
      const read = readJson(request.body.text)
      if (read.is === 'fault') return read.why === 'empty' ? NOTHING : undefined
      if (Array.isArray(read.value) && read.value.length === 0) return NOTHING
      return isJsonObject(read.value) ? membersOf(read.value) : undefined
    }
  }
}

/** Members of an object by their names in lower case. */
export function membersOf(object: JsonObject): Members {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]))
}

/** A member that is a text; undefined when it is absent or anything else. */
export function textIn(members: Members, name: string): string | undefined {
  const value = members.get(name.toLowerCase())
  return typeof value === 'string' ? value : undefined
}

const NOTHING: Members = new Map()
