import { DEEPEST, type Caret, type Entry, type Path, type Scan } from './entry.js'
import { readBrackets } from './scan-brackets.js'
import { scalarFrom, valueFrom } from './scan-scalar.js'
import type { Span } from '@rekey/core'

interface Frame {
  readonly is: 'map' | 'list'
  readonly indent: number
  readonly path: Path
  /** The key or the index that was met last. */
  last: string | number | undefined
}

/**
 * Reads keys and single values by their indentation and brackets. It is tolerant where the compiler is strict: editors ask about files that
 * are being typed. A text cut at the cursor has its caret at the cursor.
 */
export function scan(text: string): Scan {
  const scanner = new Scanner(text)
  return scanner.run()
}

class Scanner {
  readonly #frames: Frame[] = []
  readonly #entries: Entry[] = []
  #caret: Caret | undefined
  /** Lines deeper than this belong to a text of several lines. */
  #textBelow: number | undefined

  constructor(private readonly text: string) {}

  run(): Scan {
    for (let at = 0; at <= this.text.length;) at = this.#line(at)
    return { entries: this.#entries, caret: this.#caret }
  }

  /** @returns where the next line begins. */
  #line(start: number): number {
    const newline = this.text.indexOf('\n', start)
    const stop = newline === -1 ? this.text.length : newline
    const end = this.text[stop - 1] === '\r' && stop > start ? stop - 1 : stop
    const next = stop + 1
    const from = this.#skipBlank(start, end)
    const indent = from - start
    const isLast = newline === -1
    if (from === end) {
      if (isLast && (this.#textBelow === undefined || indent <= this.#textBelow)) this.#blank(indent, end)
      return next
    }
    if (this.#textBelow !== undefined && indent > this.#textBelow) return next
    this.#textBelow = undefined
    if (this.text[from] === '#' || (indent === 0 && this.text.startsWith('---', from))) return next
    return Math.max(next, this.#content(indent, from, end, 0) + 1)
  }

  #blank(indent: number, at: number): void {
    const { path } = this.#mapAt(indent)
    this.#caret = { at: 'key', path, word: '', start: at }
  }

  /** @returns how far was read; brackets may go on over several lines. */
  #content(indent: number, from: number, end: number, depth: number, item?: Frame): number {
    if (depth > DEEPEST || this.#frames.length > DEEPEST) return end
    if (this.text[from] === '-' && (from + 1 === end || this.#isBlank(from + 1))) return this.#dash(indent, from, end, depth)
    const colon = this.#colonOf(from, end)
    if (colon !== undefined) return this.#pair(indent, from, colon, end)
    if (item) return this.#value([...item.path, item.last ?? 0], 'item', indent, from, end)
    const { path } = this.#mapAt(indent)
    if (this.#isEnd(end)) this.#caret = { at: 'key', path, word: this.text.slice(from, end), start: from }
    return end
  }

  #dash(indent: number, from: number, end: number, depth: number): number {
    const list = this.#listAt(indent)
    list.last = typeof list.last === 'number' ? list.last + 1 : 0
    const next = this.#skipBlank(from + 1, end)
    if (next < end) return this.text[next] === '#' ? end : this.#content(indent + next - from, next, end, depth + 1, list)
    if (this.#isEnd(end) && next > from + 1) this.#caret = { at: 'item', path: [...list.path, list.last], word: '', start: end }
    return end
  }

  #pair(indent: number, from: number, colon: number, end: number): number {
    const map = this.#mapAt(indent)
    const { span, value: key } = scalarFrom(this.text, from, colon)
    map.last = key
    const path = [...map.path, key]
    const at = this.#skipBlank(colon + 1, end)
    if (at < end && /[|>]/.test(this.text[at] ?? '')) this.#textBelow = indent
    if (at < end && this.text[at] !== '#' && this.#textBelow === undefined) return this.#value(path, 'value', indent, at, end, span)
    this.#entries.push({ path, keySpan: span })
    if (at === end && this.#isEnd(end)) {
      this.#caret = { at: 'value', path, word: '', start: end, ...(end === colon + 1 && { glued: true }) }
    }
    return end
  }

  #value(path: Path, at: 'value' | 'item', indent: number, from: number, end: number, keySpan?: Span): number {
    const key = keySpan && { keySpan }
    if (/[{[]/.test(this.text[from] ?? '')) {
      if (key) this.#entries.push({ path, ...key })
      const read = readBrackets(this.text, from, { path, indent }, this.#entries)
      this.#caret = read.caret
      return read.end
    }
    const { span, value } = valueFrom(this.text, from, end)
    this.#entries.push({ path, ...key, valueSpan: span, value })
    if (this.#isEnd(end) && span.end >= end) this.#caret = { at, path, word: value, start: span.start }
    return end
  }

  /** The mapping whose keys stand in a column; a new one where there is none yet. */
  #mapAt(indent: number): Frame {
    this.#closeTo(indent)
    if (this.#top()?.is === 'list' && this.#top()?.indent === indent) this.#frames.pop()
    const top = this.#top()
    return top?.is === 'map' && top.indent === indent ? top : this.#open('map', indent)
  }

  /** A list may stand in the column of its key. */
  #listAt(indent: number): Frame {
    this.#closeTo(indent)
    const top = this.#top()
    return top?.is === 'list' && top.indent === indent ? top : this.#open('list', indent)
  }

  #open(is: 'map' | 'list', indent: number): Frame {
    const top = this.#top()
    const path = top ? (top.last === undefined ? top.path : [...top.path, top.last]) : []
    const frame: Frame = { is, indent, path, last: undefined }
    this.#frames.push(frame)
    return frame
  }

  #closeTo(indent: number): void {
    while ((this.#top()?.indent ?? 0) > indent) this.#frames.pop()
  }

  #top(): Frame | undefined {
    return this.#frames.at(-1)
  }

  /** The colon that ends a key, if the line has one. */
  #colonOf(from: number, end: number): number | undefined {
    if (/[{[#]/.test(this.text[from] ?? '')) return undefined
    const first = /["']/.test(this.text[from] ?? '') ? scalarFrom(this.text, from, end).span.end + 1 : from
    for (let at = first; at < end; at++) {
      if (this.text[at] === ':' && (at + 1 === end || this.#isBlank(at + 1))) return at
      if (this.text[at] === '#' && this.#isBlank(at - 1)) return undefined
    }
    return undefined
  }

  #skipBlank(from: number, end: number): number {
    let at = from
    while (at < end && this.#isBlank(at)) at++
    return at
  }

  #isBlank(at: number): boolean {
    return this.text[at] === ' ' || this.text[at] === '\t'
  }

  #isEnd(at: number): boolean {
    return at === this.text.length
  }
}
