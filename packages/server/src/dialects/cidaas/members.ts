import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { readJson } from '../../dialect/json.js'
import type { WireRequest } from '../../dialect/wire.js'

/** The members of a body, or why there are none. */
export type Members =
  | { readonly is: 'members'; readonly members: JsonObject }
  | { readonly is: 'fault'; readonly why: 'body' | 'too-large' }

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/** True for a body that a browser sends from a form: it is answered by a redirect, as the page navigates. */
export function isForm(request: WireRequest): boolean {
  const types = request.headers.get('content-type') ?? []
  return types.length === 1 && FORM.test((types[0] ?? '').trim())
}

/** Reads a JSON object. Any other content type than a form's is read as JSON: the mobile clients name none or a wrong one. */
export function readObject(request: WireRequest): Members {
  switch (request.body.is) {
    case 'too-large':
      return { is: 'fault', why: 'too-large' }
    case 'none':
    case 'not-utf8':
    case 'encoded':
      return { is: 'fault', why: 'body' }
    case 'text': {
      const read = readJson(request.body.text)
      return read.is === 'value' && isJsonObject(read.value) ? { is: 'members', members: read.value } : { is: 'fault', why: 'body' }
    }
  }
}

/** Fields that one form may hold. */
const MAX_FIELDS = 64

/** Reads a JSON object or a form. Of a doubled field nobody decides which counts: such a form is a fault. */
export function readObjectOrForm(request: WireRequest): Members {
  if (!isForm(request)) return readObject(request)
  if (request.body.is === 'too-large') return { is: 'fault', why: 'too-large' }
  if (request.body.is !== 'text') return { is: 'fault', why: 'body' }
  const pairs = [...new URLSearchParams(request.body.text)]
  const doubled = new Set(pairs.map(([name]) => name)).size < pairs.length
  if (doubled || pairs.length > MAX_FIELDS) return { is: 'fault', why: 'body' }
  const members: Record<string, Json> = Object.create(null)
  for (const [name, value] of pairs) members[name] = value
  return { is: 'members', members }
}

/** A member that is text and not empty. Clients send members they have no value for as `null`, or empty. */
export function textOf(members: JsonObject, name: string): string | undefined {
  const value = members[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** True for a member that is there with something else than text: a fault, where absence may be none. */
export function isBent(members: JsonObject, name: string): boolean {
  const value = members[name]
  return value !== undefined && value !== null && typeof value !== 'string'
}
