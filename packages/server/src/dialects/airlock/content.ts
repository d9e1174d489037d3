import { isJsonObject, type JsonObject } from '@rekey/core'
import { readJson } from '../../dialect/json.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { errorDocument } from './document.js'

export type Content =
  /** No body, or one of blanks, has no members: calls without parameters are sent so, with and without a content type. */
  | { readonly is: 'object'; readonly members: JsonObject }
  /** A body that is no JSON object. */
  | { readonly is: 'malformed' }
  | { readonly is: 'refused'; readonly refuse: WireResponse }

/**
 * Reads the body of a call. A body without a JSON content type is refused unread, for a foreign page can send that; so is any other type
 * with or without a body. Of a doubled member the last counts.
 */
export function readContent(request: WireRequest): Content {
  const refused = (status: number, code: string): Content => ({ is: 'refused', refuse: errorDocument(status, code, request) })
  const types = request.headers.get('content-type') ?? []
  const named = types.length === 1 && JSON_TYPE.test((types[0] ?? '').trim())
  if (!named && (types.length > 0 || request.body.is !== 'none')) return refused(415, 'UNSUPPORTED_MEDIA_TYPE')
  switch (request.body.is) {
    case 'none':
      return NOTHING
    case 'too-large':
      return refused(413, 'REQUEST_TOO_LARGE')
    case 'encoded':
      return refused(415, 'UNSUPPORTED_MEDIA_TYPE')
    case 'not-utf8':
      return { is: 'malformed' }
    case 'text': {
      const read = readJson(request.body.text)
      if (read.is === 'fault') return read.why === 'empty' ? NOTHING : { is: 'malformed' }
      return isJsonObject(read.value) ? { is: 'object', members: read.value } : { is: 'malformed' }
    }
  }
}

const NOTHING: Content = Object.freeze({ is: 'object', members: Object.freeze(Object.create(null)) })

/** Either type, whatever its parameters say. */
const JSON_TYPE = /^application\/(?:vnd\.api\+)?json\s*(?:;|$)/i
