import { isAlias, isMap, isPair, isScalar, isSeq, type Document, type Node, type Scalar, type YAMLMap } from 'yaml'
import { spanOfEntry } from '../diagnostics/fixes/indent.js'
import { deleteEntry } from '../diagnostics/fixes/take-out.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Span } from '../source/source-file.js'
import type { Entry, SyntaxNode } from './node.js'

/** Deeper than any settings need to be. */
export const MAX_DEPTH = 32
/** Counts what aliases stand for, so that a few lines cannot become a billion values. */
const MAX_VALUES = 10_000

/** Turns the YAML library's tree into ours: aliases resolved, keys as text, every value with its place. */
export function lowerDocument(document: Document, reporter: Reporter, faults: readonly Span[]): SyntaxNode | undefined {
  const root: unknown = document.contents
  if (root === null || (isScalar(root) && root.value === null)) {
    if (faults.length === 0) {
      reporter.report('empty-file', { start: 0, end: 0 }, 'the file holds no flow', { help: 'a flow is a mapping with `flow` and `steps`' })
    }
    return undefined
  }
  const lowering = new Lowering(reporter, faults)
  const lowered = lowering.node(root, 0)
  return lowering.isTooLarge ? undefined : lowered
}

class Lowering {
  readonly #anchors = new Map<string, Node>()
  /** Anchored values that are being lowered: an alias to one of them would never end. */
  readonly #open = new Set<Node>()
  #values = 0
  #tooDeep = false

  constructor(
    private readonly reporter: Reporter,
    private readonly faults: readonly Span[],
  ) {}

  /** True when not all values were looked at: what is left says nothing about the flow. */
  get isTooLarge(): boolean {
    return this.#values > MAX_VALUES
  }

  node(node: unknown, depth: number): SyntaxNode {
    const span = spanOf(node)
    this.#values += 1
    if (this.#values > MAX_VALUES) return this.#tooLarge(span)
    if (depth > MAX_DEPTH) return this.#tooDeeply(span)
    if (isAlias(node)) return this.#alias(node.source, span, depth)
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return { is: 'faulty', span }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    if (this.#isTagged(node)) return { is: 'faulty', span }
    if (isScalar(node)) return this.#scalar(node, span)
    const tooDeepBefore = this.#tooDeep
    this.#open.add(node)
    const lowered: SyntaxNode = isMap(node)
      ? this.#map(node, span, depth)
      : { is: 'list', span, items: node.items.map((item) => this.node(item, depth + 1)) }
    this.#open.delete(node)
    // The whole value of the flow's key is faulty then: that it is also of the wrong type would be a second report.
    return this.#tooDeep && !tooDeepBefore && depth > 0 ? { is: 'faulty', span } : lowered
  }

  #scalar({ value, type }: Scalar, span: Span): SyntaxNode {
    if (this.faults.some((fault) => fault.start >= span.start && fault.start < span.end)) return { is: 'faulty', span }
    const plain = type === 'PLAIN'
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return { is: 'scalar', span, value, plain }
    if (typeof value === 'number' && Number.isFinite(value)) return { is: 'scalar', span, value, plain }
    this.reporter.report('wrong-type', span, 'this number is not a finite one')
    return { is: 'faulty', span }
  }

  /** Tags of the core schema only say what is there anyway; every other one has been reported by the reader. */
  #isTagged({ tag }: Node & { readonly tag?: string }): boolean {
    return tag !== undefined && tag !== '!' && !/^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/.test(tag)
  }

  #map(map: YAMLMap, span: Span, depth: number): SyntaxNode {
    const entries = this.#entries(map, depth)
    // A mapping that has lost all its keys is not an empty one.
    return entries.length === 0 && map.items.length > 0 ? { is: 'faulty', span } : { is: 'map', span, entries }
  }

  #entries(map: YAMLMap, depth: number): readonly Entry[] {
    const first = new Map<string, Entry>()
    for (const pair of map.items) {
      if (!isPair(pair)) continue
      const keySpan = spanOf(pair.key)
      const key = this.#key(pair.key, keySpan, depth)
      // An absent value has no node; its place is right behind its key.
      const value: SyntaxNode =
        pair.value === null
          ? { is: 'scalar', span: { start: keySpan.end, end: keySpan.end }, value: null, plain: true }
          : this.node(pair.value, depth + 1)
      if (key === undefined) continue
      const earlier = first.get(key)
      if (earlier) this.#duplicate({ key, keySpan, value }, earlier)
      else first.set(key, { key, keySpan, value })
    }
    return [...first.values()]
  }

  #key(node: unknown, span: Span, depth: number): string | undefined {
    const lowered = this.node(node, depth + 1)
    if (lowered.is === 'scalar' && lowered.value !== null) {
      return lowered.plain && typeof lowered.value !== 'string'
        ? this.reporter.file.text.slice(lowered.span.start, lowered.span.end)
        : String(lowered.value)
    }
    if (lowered.is !== 'faulty')
      this.reporter.report('not-a-name', span, 'a key must be a name', {
        help: this.reporter.file.text.startsWith('{{', span.start - 1)
          ? 'fill in the template first, or quote it'
          : 'quote a text that starts with a bracket',
      })
    return undefined
  }

  #duplicate(entry: Entry, earlier: Entry): void {
    const { file } = this.reporter
    const [here, there] = [spanOfEntry(file, entry), spanOfEntry(file, earlier)]
    // Of two that say the same, it does not matter which one goes.
    const isSame = here && there && file.text.slice(here.start, here.end) === file.text.slice(there.start, there.end)
    const fix = isSame ? deleteEntry(file, entry) : undefined
    this.reporter.report('duplicate-key', entry.keySpan, `the key ${quote(entry.key)} stands here a second time`, {
      ...(fix && { fix }),
      related: [{ file, span: earlier.keySpan, message: 'the first one' }],
    })
  }

  #alias(name: string, span: Span, depth: number): SyntaxNode {
    const target = this.#anchors.get(name)
    if (!target) {
      this.reporter.report('yaml-anchor', span, `no value before this one has the anchor ${quote(name)}`, {
        help: 'quote a text that starts with `*`',
      })
      return { is: 'faulty', span }
    }
    if (this.#open.has(target)) {
      this.reporter.report('yaml-anchor', span, `the value of the anchor ${quote(name)} holds itself`)
      return { is: 'faulty', span }
    }
    return this.node(target, depth)
  }

  #tooLarge(span: Span): SyntaxNode {
    if (this.#values === MAX_VALUES + 1) {
      this.reporter.report('file-too-large', span, `the file holds more than ${MAX_VALUES} values`, {
        help: 'aliases count with all that they stand for',
      })
    }
    return { is: 'faulty', span }
  }

  #tooDeeply(span: Span): SyntaxNode {
    if (!this.#tooDeep) this.reporter.report('nested-too-deeply', span, `values are nested more than ${MAX_DEPTH} deep`)
    this.#tooDeep = true
    return { is: 'faulty', span }
  }
}

function spanOf(node: unknown): Span {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  if (!Array.isArray(range)) return { start: 0, end: 0 }
  const [start, end]: readonly unknown[] = range
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : { start: 0, end: 0 }
}
