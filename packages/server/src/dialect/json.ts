import { isJsonObject, type Json } from '@rekey/core'

/** Deepest nesting of objects and arrays that is read. */
export const MAX_JSON_DEPTH = 32
/** Members of objects and items of arrays, over the whole document. */
export const MAX_JSON_MEMBERS = 1000

export type JsonFault = 'empty' | 'not-json' | 'trailing' | 'too-deep' | 'too-many'

export type JsonRead = { readonly is: 'value'; readonly value: Json } | { readonly is: 'fault'; readonly why: JsonFault }

/**
 * Reads one JSON document of a request.
 *
 * Depth and number of members are counted on the text, before anything recursive sees it. Objects have no prototype, so `__proto__` is
 * a name like any other. Of a doubled name the last value counts and the others are never seen by anybody. A string that is no
 * well-formed Unicode (half a surrogate pair) or a number too large to hold is `not-json`: they would be stored as something else. A byte order mark is
 * `not-json` too. `trailing` means that something but white space stands behind a good document.
 * Source: RFC 8259 sections 2, 4 (doubled names), 8.1 (byte order mark), 8.2 (surrogates).
 */
export function readJson(text: string): JsonRead {
  const scanned = scan(text)
  if (scanned.is === 'fault') return scanned
  let parsed: unknown
  try {
    parsed = JSON.parse(text.slice(scanned.start, scanned.end))
  } catch {
    return { is: 'fault', why: 'not-json' }
  }
  if (scanned.end < text.length && skipBlank(text, scanned.end) < text.length) return { is: 'fault', why: 'trailing' }
  const value = withoutPrototype(parsed)
  return value === undefined ? { is: 'fault', why: 'not-json' } : { is: 'value', value }
}

type Scan = { readonly is: 'found'; readonly start: number; readonly end: number } | { readonly is: 'fault'; readonly why: JsonFault }

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Finds the end of the first value and counts what stands in it. It accepts more than JSON; the parser decides afterwards. */
function scan(text: string): Scan {
  const start = skipBlank(text, 0)
  if (start === text.length) return { is: 'fault', why: 'empty' }
  /** What closes each that is open, the innermost last. */
  const closers: number[] = []
  let members = 0
  let at = start
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    switch (unit) {
      case QUOTE:
        at = afterString(text, at)
        break
      case OPEN_OBJECT:
      case OPEN_LIST:
        closers.push(unit === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST)
        if (closers.length > MAX_JSON_DEPTH) return { is: 'fault', why: 'too-deep' }
        if (unit === OPEN_LIST && text.charCodeAt(skipBlank(text, at + 1)) !== CLOSE_LIST) members += 1
        at += 1
        break
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        if (closers.pop() !== unit) return { is: 'fault', why: 'not-json' }
        at += 1
        break
      default:
        if (unit === COLON || (unit === COMMA && closers.at(-1) === CLOSE_LIST)) members += 1
        at = closers.length === 0 ? afterScalar(text, at) : at + 1
    }
    if (members > MAX_JSON_MEMBERS) return { is: 'fault', why: 'too-many' }
    if (closers.length === 0) return { is: 'found', start, end: at }
  }
  return { is: 'fault', why: 'not-json' }
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (isBlank(text.charCodeAt(at))) at += 1
  return at
}

/** Space, tab, line feed, carriage return. Behind the end there is no unit at all. */
function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d
}

/** From one quote to the next that no odd number of backslashes stands before; at the end of the text when there is none. */
function afterString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((end - before) % 2 === 1) return end + 1
  }
  return text.length
}

function afterScalar(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && !' \t\n\r"{}[],:'.includes(text.charAt(at))) at += 1
  return at
}

const HALF_PAIR = /\p{Surrogate}/u

/** Copies what the parser made; undefined when something in it cannot be kept as it is. The depth is bounded by the scan. */
function withoutPrototype(value: unknown): Json | undefined {
  if (typeof value === 'string') return HALF_PAIR.test(value) ? undefined : value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (value === null || typeof value === 'boolean') return value
  if (Array.isArray(value)) {
    const items = value.map(withoutPrototype)
    return items.every((item) => item !== undefined) ? items : undefined
  }
  if (!isJsonObject(value)) return undefined
  const copy: Record<string, Json> = Object.create(null)
  for (const name of Object.keys(value)) {
    const member = withoutPrototype(value[name])
    if (member === undefined || HALF_PAIR.test(name)) return undefined
    copy[name] = member
  }
  return copy
}
