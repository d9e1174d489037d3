import type { Span } from '../source/source-file.js'
import type { Entry, ScalarNode, SyntaxNode } from './node.js'

/** Deeper, or with more values, than a file that a person wrote; far from the limits at which a report is due. */
const MOST_DEEP = 16
const MOST_VALUES = 2_000

/** Nothing that is invisible, breaks lines, or only looks like a space. */
const TEXT = /^[\n\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ufefe\uff01-\uffef]*$/
const KEY = /[A-Za-z][\w/-]{0,99}(?=:(?: |\n|$))/y
/** A plain text begins with a letter, a digit, a path, or what a reference or a condition begins with. */
const PLAIN = /(?:[A-Za-z0-9_/$(]|\.\.?\/)[^\n]*/y
/** Between brackets, where fewer characters stand for themselves. */
const PLAIN_IN_BRACKETS = /(?:[A-Za-z0-9_/(]|\.\.?\/)[^\n,[\]{}:#]*/y
/** Without an escape, so that what stands between the quotes is the value. */
const QUOTED = /"[^"\\\n]*"|'[^'\n]*'/y
const END_OF_LINE = /(?: +#[^\n]*| *)(?:\n|$)/y
const SPACES = / */y

/** Words that are no text in YAML's core schema. Source: YAML 1.2.2 section 10.3.2. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])
/** Few enough digits to be exact. */
const WHOLE = /^\d{1,15}$/
/** Whatever may be another number: octal, hexadecimal, with a fraction or an exponent, or too long. */
const MAYBE_NUMBER = /^(?:0[ox]|\d+(?:\.|[eE][-+]?\d|$))/

/**
 * Reads the part of YAML in which flow files are mostly written: mappings and lists in lines, values that fit on their line, brackets
 * that close on it. It is five times quicker than the YAML library, and says nothing of its own: whatever else stands in a file,
 * and whatever may be wrong with it, is left to that library.
 * @returns exactly what lowering the library's tree gives, places included; undefined where the library is to read the file.
 */
export function readPlainYaml(text: string): SyntaxNode | undefined {
  if (!TEXT.test(text)) return undefined
  const reader = new PlainReader(text)
  const root = reader.nextLine() && reader.indent === 0 ? reader.block(0) : undefined
  return reader.isDone ? root : undefined
}

class PlainReader {
  /** Where reading goes on: the first character of a line that holds something, or the end of the text. */
  #at = 0
  /** Behind what was read last, its line break included: where the collections end that end with it. */
  #end = 0
  #values = 0
  /** Spaces before the line at hand; -1 at the end of the text. */
  indent = -1

  constructor(private readonly text: string) {}

  get isDone(): boolean {
    return this.indent === -1
  }

  /**
   * Goes on to the next line that is neither blank nor a comment.
   * @returns false where a comment does not stand above the line that it is indented like: the library decides what it belongs to.
   */
  nextLine(): boolean {
    const { text } = this
    let comment = -1
    let start = this.#at
    for (;;) {
      let at = start
      while (text.charCodeAt(at) === SPACE) at += 1
      const first = text.charCodeAt(at)
      if (first === HASH) {
        if (comment !== -1 && comment !== at - start) return false
        comment = at - start
      } else if (first !== NEW_LINE) {
        const isOver = at >= text.length
        this.#at = at
        this.indent = isOver ? -1 : at - start
        return comment === -1 || comment === (isOver ? 0 : this.indent)
      }
      const lineEnd = text.indexOf('\n', at)
      start = lineEnd === -1 ? text.length : lineEnd + 1
    }
  }

  /** A mapping or a list whose lines are indented so far; the reader stands at its first character. */
  block(depth: number): SyntaxNode | undefined {
    if (depth > MOST_DEEP || ++this.#values > MOST_VALUES) return undefined
    return this.#isDash() ? this.#list(depth) : this.#map(depth)
  }

  #list(depth: number): SyntaxNode | undefined {
    const { indent } = this
    const start = this.#at
    const items: SyntaxNode[] = []
    do {
      if (!this.#isDash()) return undefined
      this.#at += 2
      // A mapping may begin behind the dash; its other keys stand below the first.
      const item = this.#isKey() ? this.#mapBehindDash(depth + 1) : this.#inLine(indent, depth + 1)
      if (!item) return undefined
      items.push(item)
    } while (this.indent === indent)
    return this.indent > indent ? undefined : { is: 'list', span: { start, end: this.#end }, items }
  }

  #mapBehindDash(depth: number): SyntaxNode | undefined {
    this.indent += 2
    return this.block(depth)
  }

  #map(depth: number): SyntaxNode | undefined {
    const { indent } = this
    const start = this.#at
    const entries: Entry[] = []
    do {
      const key = this.#key(entries)
      if (!key) return undefined
      const value = this.#isAtLineEnd() ? this.#below(indent, depth + 1) : this.#inLine(indent, depth + 1)
      if (!value) return undefined
      entries.push({ ...key, value })
    } while (this.indent === indent)
    return this.indent > indent ? undefined : { is: 'map', span: { start, end: this.#end }, entries }
  }

  /** The key at hand; the reader is behind its colon then. */
  #key(before: readonly Entry[]): Pick<Entry, 'key' | 'keySpan'> | undefined {
    const start = this.#at
    const key = this.#take(KEY)
    if (key === undefined || WORDS.has(key) || ++this.#values > MOST_VALUES || before.some((entry) => entry.key === key)) return undefined
    const keySpan = { start, end: this.#at }
    this.#at += 1
    return { key, keySpan }
  }

  /** A value on the lines below its key, or none. */
  #below(indent: number, depth: number): SyntaxNode | undefined {
    const behindColon = this.#at
    this.#take(END_OF_LINE)
    const nextLine = this.#at
    if (!this.nextLine()) return undefined
    if (this.indent > indent) return this.block(depth)
    // What stands behind the colon, a space or a comment, or below it, such as a blank line, is the library's to place.
    const isBare =
      (behindColon === this.text.length || this.text.charCodeAt(behindColon) === NEW_LINE) &&
      this.#at - Math.max(0, this.indent) === nextLine
    if (!isBare || ++this.#values > MOST_VALUES) return undefined
    this.#end = behindColon
    return { is: 'scalar', span: { start: behindColon, end: behindColon }, value: null, plain: true }
  }

  /** A value that ends on its line, and nothing below that would go on with it. */
  #inLine(indent: number, depth: number): SyntaxNode | undefined {
    this.#take(SPACES)
    const value = this.#isBracket() ? this.#bracketed(depth) : (this.#quoted() ?? this.#plain())
    if (!value || this.#take(END_OF_LINE) === undefined) return undefined
    this.#end = this.#at
    return this.nextLine() && this.indent <= indent ? value : undefined
  }

  #bracketed(depth: number): SyntaxNode | undefined {
    if (depth > MOST_DEEP || ++this.#values > MOST_VALUES) return undefined
    return this.text.charCodeAt(this.#at) === BRACE ? this.#flowMap(depth) : this.#flowList(depth)
  }

  #flowMap(depth: number): SyntaxNode | undefined {
    const start = this.#open()
    const entries: Entry[] = []
    while (!this.#closes(CLOSING_BRACE)) {
      if (entries.length > 0 && !this.#comma()) return undefined
      const key = this.#key(entries)
      const value = key && this.#inBrackets(depth + 1)
      if (!value) return undefined
      entries.push({ ...key, value })
    }
    return { is: 'map', span: { start, end: this.#at }, entries }
  }

  #flowList(depth: number): SyntaxNode | undefined {
    const start = this.#open()
    const items: SyntaxNode[] = []
    while (!this.#closes(CLOSING_BRACKET)) {
      if (items.length > 0 && !this.#comma()) return undefined
      const item = this.#inBrackets(depth + 1)
      if (!item) return undefined
      items.push(item)
    }
    return { is: 'list', span: { start, end: this.#at }, items }
  }

  #inBrackets(depth: number): SyntaxNode | undefined {
    this.#take(SPACES)
    const start = this.#at
    const value = this.#isBracket() ? this.#bracketed(depth) : (this.#quoted() ?? this.#scalar(start, this.#take(PLAIN_IN_BRACKETS)))
    this.#take(SPACES)
    return value
  }

  /** @returns where the bracket stands. */
  #open(): number {
    const start = this.#at
    this.#at += 1
    this.#take(SPACES)
    return start
  }

  #closes(bracket: number): boolean {
    if (this.text.charCodeAt(this.#at) !== bracket) return false
    this.#at += 1
    return true
  }

  #comma(): boolean {
    if (!this.#closes(COMMA)) return false
    this.#take(SPACES)
    return true
  }

  #quoted(): ScalarNode | undefined {
    const start = this.#at
    const source = this.#take(QUOTED)
    if (source === undefined || ++this.#values > MOST_VALUES) return undefined
    return { is: 'scalar', span: { start, end: this.#at }, value: source.slice(1, -1), plain: false }
  }

  /** A text up to the end of its line or to a comment. One that holds a colon as a key does is none. */
  #plain(): ScalarNode | undefined {
    const start = this.#at
    const line = this.#take(PLAIN)
    if (line === undefined) return undefined
    const comment = line.indexOf(' #')
    const written = comment === -1 ? line : line.slice(0, comment)
    return written.includes(': ') || written.trimEnd().endsWith(':') ? undefined : this.#scalar(start, written)
  }

  #scalar(start: number, written: string | undefined): ScalarNode | undefined {
    if (written === undefined || ++this.#values > MOST_VALUES) return undefined
    let { length } = written
    while (written.charCodeAt(length - 1) === SPACE) length -= 1
    const source = written.slice(0, length)
    this.#at = start + length
    return plainScalar(source, { start, end: this.#at })
  }

  #isDash(): boolean {
    return this.text.charCodeAt(this.#at) === DASH && this.text.charCodeAt(this.#at + 1) === SPACE
  }

  #isBracket(): boolean {
    const first = this.text.charCodeAt(this.#at)
    return first === BRACE || first === BRACKET
  }

  #isKey(): boolean {
    KEY.lastIndex = this.#at
    return KEY.test(this.text)
  }

  #isAtLineEnd(): boolean {
    END_OF_LINE.lastIndex = this.#at
    return END_OF_LINE.test(this.text)
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }
}

function plainScalar(source: string, span: Span): ScalarNode | undefined {
  const word = WORDS.get(source)
  if (word !== undefined) return { is: 'scalar', span, value: word, plain: true }
  if (WHOLE.test(source)) return { is: 'scalar', span, value: Number(source), plain: true }
  return MAYBE_NUMBER.test(source) ? undefined : { is: 'scalar', span, value: source, plain: true }
}

const NEW_LINE = 0x0a
const SPACE = 0x20
const HASH = 0x23
const COMMA = 0x2c
const DASH = 0x2d
const BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d
const BRACE = 0x7b
const CLOSING_BRACE = 0x7d
