import { foldAscii } from '../fold.js'

/** One part of a name: `CN=Jon.One`, or several of them joined by `+`. */
type NamePart = readonly { readonly type: string; readonly value: string }[]

/** A name in a tree, its own part first, with nothing escaped. */
export type EntryName = readonly NamePart[]

/**
 * Reads a name as RFC 4514 writes it: `\\,` and `\\2c` alike, blanks around the separators, and values in hexadecimal (`#0403…`) that hold a text.
 * @returns undefined for what is no such name.
 */
export function readName(text: string): EntryName | undefined {
  if (text.trim() === '') return undefined
  const parts: NamePart[] = []
  let part: { type: string; value: string }[] = []
  for (let at = 0; ;) {
    const equals = text.indexOf('=', at)
    const type = equals < 0 ? '' : text.slice(at, equals).trim()
    const read = TYPE.test(type) ? readValue(text, equals + 1) : undefined
    if (read === undefined) return undefined
    part.push({ type, value: read.value })
    if (read.end === text.length || text[read.end] === ',') {
      parts.push(part)
      part = []
    }
    if (read.end === text.length) return parts
    at = read.end + 1
  }
}

/** The name as this directory writes it: types in capitals, as Active Directory has them, and as few escapes as may be. */
export function writeName(name: EntryName): string {
  return name.map((part) => part.map(({ type, value }) => `${type.toUpperCase()}=${escaped(value)}`).join('+')).join(',')
}

/** The form of a name that is compared: ASCII letters in lower case, in types and values. */
export function foldName(name: EntryName): string {
  return foldAscii(writeName(name))
}

/** The DNS name that the `DC` parts make: `corp.example.com`. @returns undefined where there are none. */
export function domainOf(name: EntryName): string | undefined {
  const labels = name.flatMap((part) => part.filter(({ type }) => type.toLowerCase() === 'dc').map(({ value }) => value))
  return labels.length === 0 ? undefined : labels.join('.')
}

const TYPE = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/
const SPECIAL = /[\\"#+,;<=> ]/
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads from behind the equals sign to the next separator that is not escaped, or to the end. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  let at = start
  while (text[at] === ' ') at += 1
  if (text[at] === '#') return readHexadecimal(text, at + 1)
  const bytes: Buffer[] = []
  // Blanks are kept back until it is clear that they do not stand before a separator.
  let blanks = 0
  for (; at < text.length && text[at] !== ',' && text[at] !== '+'; at += 1) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (character === ' ') {
      blanks += 1
      continue
    }
    if ('";<>\0'.includes(character)) return undefined
    bytes.push(Buffer.from(' '.repeat(blanks)))
    blanks = 0
    if (character !== '\\') {
      bytes.push(Buffer.from(character))
      at += character.length - 1
      continue
    }
    const pair = text.slice(at + 1, at + 3)
    if (/^[0-9A-Fa-f]{2}$/.test(pair)) {
      bytes.push(Buffer.from(pair, 'hex'))
      at += 2
    } else if (SPECIAL.test(pair.charAt(0))) {
      bytes.push(Buffer.from(pair.charAt(0)))
      at += 1
    } else return undefined
  }
  const value = decoded(Buffer.concat(bytes))
  return value === undefined || value === '' ? undefined : { value, end: at }
}

/** A value as BER in hexadecimal, of the types that hold texts. */
function readHexadecimal(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const [digits = ''] = /^(?:[0-9A-Fa-f]{2})*/.exec(text.slice(start)) ?? []
  let end = start + digits.length
  while (text[end] === ' ') end += 1
  if (end < text.length && text[end] !== ',' && text[end] !== '+') return undefined
  const bytes = Buffer.from(digits, 'hex')
  const [type, length] = bytes
  if (type === undefined || !TEXT_TYPES.has(type) || length === undefined || length > 0x7f || bytes.length !== length + 2) return undefined
  const value = decoded(bytes.subarray(2))
  return value === undefined || value === '' ? undefined : { value, end }
}

/** OctetString, UTF8String, PrintableString, IA5String. */
const TEXT_TYPES: ReadonlySet<number> = new Set([0x04, 0x0c, 0x13, 0x16])

function decoded(bytes: Buffer): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** Source: RFC 4514 section 2.4. */
function escaped(value: string): string {
  return value
    .replace(/[\\"+,;<>]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/(?<!^) $/, '\\ ')
}
