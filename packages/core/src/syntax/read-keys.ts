import { didYouMean, nearName } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Entry, MapNode } from './node.js'

/** What keys a mapping may have. */
export interface KnownKeys {
  /** Whose keys they are, for messages: `a flow`. */
  readonly of: string
  readonly keys: readonly string[]
}

/** The entries of a mapping by key. Every other key is reported; a misspelt one is then read as what was probably meant. */
export function readKeys(reporter: Reporter, map: MapNode, known: KnownKeys): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const entry of map.entries) {
    if (known.keys.includes(entry.key)) entries.set(entry.key, entry)
    else reportUnknownKey(reporter, entry, known)
  }
  if (entries.size === map.entries.length) return entries
  for (const entry of map.entries) {
    const meant = known.keys.includes(entry.key) ? undefined : nearName(entry.key, known.keys)
    if (meant !== undefined && !entries.has(meant)) entries.set(meant, entry)
  }
  return entries
}

export function reportUnknownKey(reporter: Reporter, { key, keySpan }: Entry, known: KnownKeys): void {
  const help = key.startsWith('//')
    ? { help: 'a comment begins with `#`' }
    : (mergeKey(key) ?? didYouMean(key, known.keys, { file: reporter.file, span: keySpan }))
  reporter.report('unknown-key', keySpan, `${known.of} has no key ${quote(key)}`, { label: 'unknown', ...help })
}

function mergeKey(key: string): { readonly help: string } | undefined {
  return key === '<<' ? { help: 'YAML 1.2 has no merge keys; write the values out' } : undefined
}
