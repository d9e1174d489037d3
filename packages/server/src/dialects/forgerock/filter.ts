import type { Filter, FilterField } from '@rekey/core'

/** Longest filter text that is read, in UTF-16 units. */
export const MAX_FILTER_LENGTH = 16_384
const MAX_LEVELS = 256
const MAX_NODES = 256
const MAX_VALUE_LENGTH = 1024

/** Fields of the wire that we have a word for. */
const FIELDS: ReadonlyMap<string, FilterField> = new Map([
  ['userName', 'userName'],
  ['mail', 'mail'],
  ['telephoneNumber', 'phone'],
  ['givenName', 'givenName'],
  ['sn', 'surname'],
])

/**
 * Reads a query filter of ForgeRock's common REST, cut down to what is safe: `eq` on fields we know, `and`, `or`, parentheses.
 *
 * Literals, `not`, every other operator and unknown fields give undefined, as does text that is no filter: `not` and wildcards would
 * let a caller ask about one person's data by naming another. Words are read in any letter case, fields as they are spelled with or without a slash before them.
 * A single `field eq "…"` whose value holds unescaped quotes, or ends in an unescaped backslash, is taken as meant where it has no other reading.
 * @returns the filter, or undefined for everything that is not to be served.
 * Source: `QueryFilterParser` and `QueryFilterValidator` of the open-source tree.
 */
export function readFilter(text: string): Filter | undefined {
  if (text.length > MAX_FILTER_LENGTH) return undefined
  const tokens = tokenize(text)
  if (tokens === undefined) return unescaped(text)
  const cursor: Cursor = { tokens, at: 0, levels: 0, nodes: 0 }
  const filter = readOr(cursor)
  return filter !== undefined && cursor.at === tokens.length ? filter : unescaped(text)
}

type Token = { readonly is: 'word' | 'value'; readonly text: string } | { readonly is: '(' | ')' }

const BLANK = /\s/

/** Words, quoted values and parentheses; undefined when a quoted value does not end. One pass, no backtracking. */
function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (BLANK.test(character)) {
      at += 1
    } else if (character === '(' || character === ')') {
      tokens.push({ is: character })
      at += 1
    } else if (character === '"' || character === "'") {
      const quoted = readQuoted(text, at)
      if (quoted === undefined) return undefined
      tokens.push({ is: 'value', text: quoted.text })
      at = quoted.end
    } else {
      const start = at
      while (at < text.length && !/[\s()"']/.test(text.charAt(at))) at += 1
      tokens.push({ is: 'word', text: text.slice(start, at) })
    }
  }
  return tokens
}

function readQuoted(text: string, from: number): { readonly text: string; readonly end: number } | undefined {
  const quote = text.charAt(from)
  let value = ''
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === quote) {
      // A value is separated from what follows; `"a"b` is no two tokens.
      const next = text.charAt(at + 1)
      return next === '' || next === ')' || BLANK.test(next) ? { text: value, end: at + 1 } : undefined
    }
    if (character === '\\') at += 1
    value += text.charAt(at)
  }
  return undefined
}

interface Cursor {
  readonly tokens: readonly Token[]
  at: number
  levels: number
  nodes: number
}

function readOr(cursor: Cursor): Filter | undefined {
  return readChain(cursor, 'or', (inner) => readChain(inner, 'and', readPrimary))
}

function readChain(cursor: Cursor, word: 'and' | 'or', readPart: (cursor: Cursor) => Filter | undefined): Filter | undefined {
  const of: Filter[] = []
  do {
    const part = readPart(cursor)
    if (part === undefined) return undefined
    of.push(part)
  } while (takeWord(cursor, word))
  const [only, ...more] = of
  return only !== undefined && more.length === 0 ? only : withinNodes(cursor, { is: word, of })
}

function readPrimary(cursor: Cursor): Filter | undefined {
  if (cursor.tokens[cursor.at]?.is === '(') {
    if (cursor.levels >= MAX_LEVELS) return undefined
    cursor.at += 1
    cursor.levels += 1
    const inner = readOr(cursor)
    cursor.levels -= 1
    if (cursor.tokens[cursor.at]?.is !== ')') return undefined
    cursor.at += 1
    return inner
  }
  return readAssertion(cursor)
}

const NUMBER = /^-?\d{1,32}(?:\.\d{1,32})?$/

function readAssertion(cursor: Cursor): Filter | undefined {
  const [name, operator, value] = cursor.tokens.slice(cursor.at, cursor.at + 3)
  if (name?.is !== 'word' || operator?.is !== 'word' || operator.text.toLowerCase() !== 'eq') return undefined
  if (value === undefined || !('text' in value) || (value.is === 'word' && !NUMBER.test(value.text))) return undefined
  cursor.at += 3
  const assertion = equals(name.text, value.text)
  return assertion && withinNodes(cursor, assertion)
}

function takeWord(cursor: Cursor, word: string): boolean {
  const token = cursor.tokens[cursor.at]
  if (token?.is !== 'word' || token.text.toLowerCase() !== word) return false
  cursor.at += 1
  return true
}

function withinNodes(cursor: Cursor, filter: Filter): Filter | undefined {
  cursor.nodes += 1
  return cursor.nodes > MAX_NODES ? undefined : filter
}

function equals(name: string, value: string): Filter | undefined {
  const field = FIELDS.get(name.startsWith('/') ? name.slice(1) : name)
  return field === undefined || value.length > MAX_VALUE_LENGTH ? undefined : { is: 'equals', field, value }
}

const SINGLE = /^\s*(\/?[A-Za-z]{1,32})\s+eq\s+"/i
const LOOKS_LIKE_MORE = /[\s(]"|"[\s)]/

/** The newer pages do not escape what a person types. A quote inside the value counts as typed when no blank or parenthesis touches it. */
function unescaped(text: string): Filter | undefined {
  const trimmed = text.trimEnd()
  const head = SINGLE.exec(trimmed)
  const name = head?.[1]
  if (head === null || name === undefined || !trimmed.endsWith('"') || trimmed.length <= head[0].length) return undefined
  const value = trimmed.slice(head[0].length, -1)
  const meant = value.includes('"') ? !value.includes('\\') : value.endsWith('\\')
  return meant && !LOOKS_LIKE_MORE.test(value) ? equals(name, value) : undefined
}
