import type { Diagnostic, SourceFile, Span } from '@rekey/core'
import { isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import type { Document } from 'yaml'
import { CONFIG_PAGE } from './codes.js'
import type { ConfigCode } from './codes.js'

/** A fault of the configuration is a diagnostic like any other; only its page is another one. */
export type ConfigFault = Diagnostic

/** A stretch of the file, of a variable, or of the command line. */
export interface Place {
  readonly file: SourceFile
  readonly span: Span
}

/** A path into the configuration: `['keys', 'signing', 0, 'secret']`. */
export type ConfigPath = readonly (string | number)[]

/** A value that did not come from the file. */
export interface Override {
  readonly path: ConfigPath
  readonly value: string | number | boolean
  readonly place: Place
}

/** What a fault says beside its code and place. */
export interface FaultWords {
  readonly message: string
  readonly label?: string
  readonly help?: string
}

/** Knows where each value was written. */
export class ConfigSource {
  constructor(
    readonly file: SourceFile,
    readonly document: Document,
    /** Absolute path of the folder that relative paths count from. */
    readonly folder: string,
    readonly overrides: readonly Override[],
  ) {}

  /** The place of a value, or of the nearest value around it that was written. */
  place(path: ConfigPath): Place {
    const override = this.overrides.find((one) => samePath(one.path, path))
    if (override) return override.place
    for (let length = path.length; length > 0; length -= 1) {
      const part = path.slice(0, length)
      const span = length === path.length ? (this.#valueSpan(part) ?? this.#keySpan(part)) : this.#keySpan(part)
      if (span) return { file: this.file, span }
    }
    return { file: this.file, span: { start: 0, end: 0 } }
  }

  /** The place of the key of a value, or of its value where it has none. */
  keyPlace(path: ConfigPath): Place {
    const span = this.#keySpan(path)
    return span ? { file: this.file, span } : this.place(path)
  }

  /** Whether the file, a variable or the command line says something under `path`. */
  says(path: ConfigPath): boolean {
    return this.overrides.some((one) => samePath(one.path, path)) || this.document.hasIn([...path])
  }

  /** A fault at the value under `path`. */
  fault(code: ConfigCode, path: ConfigPath, words: FaultWords): ConfigFault {
    return faultAt(code, this.place(path), words)
  }

  #valueSpan(path: ConfigPath): Span | undefined {
    const node = this.document.getIn([...path], true)
    // A mapping or a list is pointed at by its key: its own text may run over many lines.
    return isScalar(node) && node.range != null && node.range[1] > node.range[0] ? { start: node.range[0], end: node.range[1] } : undefined
  }

  #keySpan(path: ConfigPath): Span | undefined {
    const name = path.at(-1)
    const parent = path.length === 1 ? this.document.contents : this.document.getIn(path.slice(0, -1), true)
    if (isSeq(parent) && typeof name === 'number') return nodeSpan(parent.items[name])
    if (!isMap(parent)) return undefined
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(name))
    return nodeSpan(pair?.key)
  }
}

/** A fault at a place. */
export function faultAt(code: ConfigCode, place: Place, words: FaultWords): ConfigFault {
  return { code, severity: 'error', ...words, file: place.file, span: place.span, page: CONFIG_PAGE }
}

/** A path as people write it: `keys.signing[0].secret`. */
export function pathText(path: ConfigPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

function samePath(a: ConfigPath, b: ConfigPath): boolean {
  return a.length === b.length && a.every((part, index) => String(part) === String(b[index]))
}

/** The first line of a node. */
function nodeSpan(node: unknown): Span | undefined {
  if (!isNode(node) || node.range == null) return undefined
  return { start: node.range[0], end: isScalar(node) ? node.range[1] : Math.min(node.range[1], node.range[0] + 1) }
}
