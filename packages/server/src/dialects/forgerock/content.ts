import type { Json } from '@rekey/core'
import { readJson, type JsonFault } from '../../dialect/json.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { errorDocument } from './document.js'
import { printable } from './printable.js'

export type Content =
  | { readonly is: 'content'; readonly content: Json | undefined }
  | { readonly is: 'refused'; readonly refuse: WireResponse }

const NOT_JSON = 'The request could not be processed because the provided content is not valid JSON'

/** Our own words: a parser's text would tell what we are made of, and repeat the input. */
const JSON_FAULTS = {
  'not-json': [NOT_JSON, 'Unexpected character or end of input'],
  'too-deep': [NOT_JSON, 'Nesting deeper than 32 levels'],
  'too-many': [NOT_JSON, 'More than 1000 members'],
  trailing: ['The request could not be processed because there is trailing data after the JSON content', undefined],
} as const satisfies Record<Exclude<JsonFault, 'empty'>, readonly [string, string | undefined]>

/**
 * Reads the JSON content of a request; undefined when it is empty. A missing content type is tolerated. The vendor also reads
 * `multipart/form-data`, which no client of self-service sends; here it is a body that is no JSON.
 * Source: crest, rules for content types and bodies.
 */
export function readContent(request: WireRequest): Content {
  const refuse = refuseType(request)
  if (refuse) return { is: 'refused', refuse }
  switch (request.body.is) {
    case 'none':
      return EMPTY
    case 'too-large':
      return refused(errorDocument(413, 'The request could not be processed because the provided content is too large', request))
    case 'encoded':
      return refused(errorDocument(415, 'The request could not be processed because content encodings are not supported', request))
    case 'not-utf8':
      return refused(errorDocument(400, NOT_JSON, request, 'Not UTF-8'))
    case 'text': {
      const read = readJson(request.body.text)
      if (read.is === 'value') return { is: 'content', content: read.value }
      if (read.why === 'empty') return EMPTY
      const [message, detail] = JSON_FAULTS[read.why]
      return refused(errorDocument(400, message, request, detail))
    }
  }
}

const EMPTY: Content = Object.freeze({ is: 'content', content: undefined })

function refused(refuse: WireResponse): Content {
  return { is: 'refused', refuse }
}

function refuseType(request: WireRequest): WireResponse | undefined {
  const types = request.headers.get('content-type') ?? []
  const [type, ...others] = types
  if (type === undefined || (others.length === 0 && JSON_TYPE.test(type.trim()))) return undefined
  if (types.some((given) => MULTIPART.test(given.trim())))
    return errorDocument(400, NOT_JSON, request, 'multipart/form-data is not read here')
  const message =
    `The request could not be processed because it specified the content-type '${printable(types.join(', '))}' when only the ` +
    `content-type 'application/json' and 'multipart/form-data' are supported`
  return errorDocument(400, message, request)
}

const JSON_TYPE = /^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*;?$/i
const MULTIPART = /^multipart\/form-data(?:$|[\s;])/i
