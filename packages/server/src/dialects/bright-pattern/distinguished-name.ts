/** One `type=value` of a distinguished name, the value without its escapes. */
export interface NamePart {
  readonly type: string
  readonly value: string
}

/** From the entry up to the root; the parts of one level stand together. */
export type DistinguishedName = readonly (readonly NamePart[])[]

/** Levels, and parts of one level, that are read. */
const MAX_LEVELS = 32

const TYPE = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/
const HEX_PAIR = /^[0-9A-Fa-f]{2}$/
/** What may be escaped by itself. */
const SPECIAL = ' "#+,;<=>\\'

/**
 * Reads a distinguished name. It reads no more than text values: `#` and BER are nothing that a caller on the phone has.
 * @returns undefined for everything else than one.
 * Source: RFC 4514 section 3; blanks around separators as in RFC 2253 section 4.
 */
export function readDistinguishedName(text: string): DistinguishedName | undefined {
  const levels: NamePart[][] = [[]]
  let at = 0
  while (levels.length <= MAX_LEVELS) {
    const equals = text.indexOf('=', at)
    const type = text.slice(at, equals).trim()
    if (equals < 0 || !TYPE.test(type)) return undefined
    const read = readValue(text, equals + 1)
    if (!read) return undefined
    levels.at(-1)?.push({ type, value: read.value })
    if (read.end === text.length) return levels
    if (text.charAt(read.end) === ',') levels.push([])
    at = read.end + 1
  }
  return undefined
}

/** A value up to the next separator that is not escaped; undefined for an empty one and for what would have to be escaped. */
function readValue(text: string, from: number): { readonly value: string; readonly end: number } | undefined {
  const bytes: number[] = []
  let at = from
  while (text.charAt(at) === ' ') at += 1
  if (text.charAt(at) === '#') return undefined
  // Blanks at the end count only when they are escaped.
  let keep = 0
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (character === ',' || character === '+') break
    if (character === '\\') {
      const pair = text.slice(at + 1, at + 3)
      const next = text.charAt(at + 1)
      if (HEX_PAIR.test(pair)) bytes.push(Number.parseInt(pair, 16))
      else if (next !== '' && SPECIAL.includes(next)) bytes.push(next.charCodeAt(0))
      else return undefined
      at += HEX_PAIR.test(pair) ? 3 : 2
      keep = bytes.length
      continue
    }
    if ('";<>'.includes(character) || /\p{Cc}/u.test(character)) return undefined
    bytes.push(...Buffer.from(character))
    at += character.length
    if (character !== ' ') keep = bytes.length
  }
  const value = utf8(bytes.slice(0, keep))
  return value === undefined || value === '' || value.includes('\0') ? undefined : { value, end: at }
}

function utf8(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

/** Writes a name in its one spelling: no blanks around separators, escapes by backslash and character. Source: RFC 4514 section 2.4. */
export function printDistinguishedName(name: DistinguishedName): string {
  return name.map((level) => level.map(({ type, value }) => `${type}=${escaped(value)}`).join('+')).join(',')
}

function escaped(value: string): string {
  return value.replaceAll(/["+,;<>\\]|^[ #]| $/g, (character) => `\\${character}`)
}
