import { SourceFile, isJsonObject } from '@rekey/core'
import type { JsonObject } from '@rekey/core'
import { parseDocument } from 'yaml'
import type { YAMLError } from 'yaml'
import { redact } from './redact.js'
import { ConfigSource, faultAt } from './source.js'
import type { ConfigFault, FaultWords, Override, Place } from './source.js'

export interface ReadYaml {
  readonly source: ConfigSource
  /** Empty when there are faults. */
  readonly value: JsonObject
  readonly faults: readonly ConfigFault[]
}

/** Reads the text of a configuration. An empty text is an empty configuration. */
export function readYaml(file: SourceFile, folder: string, overrides: readonly Override[]): ReadYaml {
  const document = parseDocument(file.text, { uniqueKeys: true, prettyErrors: false })
  const source = new ConfigSource(new SourceFile(file.path, redact(file.text, document)), document, folder, overrides)
  const failed = (faults: readonly ConfigFault[]): ReadYaml => ({ source, value: {}, faults })
  // A warning is a value that is not what it seems to be: a tag that nobody knows drops what stands behind it.
  const found = [...document.errors, ...document.warnings]
  if (found.length > 0) return failed(found.map((error) => faultAt('config-syntax', placeOf(error, source.file), wordsOf(error))))
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
    if (isJsonObject(value)) return { source, value, faults: [] }
    const help = 'begin with a key, as in `port: 8080`'
    return failed([source.fault('config-syntax', [], { message: 'the file is no mapping of keys to values', help })])
  } catch {
    return failed([source.fault('config-syntax', [], { message: 'the file names too many aliases', help: 'write the values out' })])
  }
}

/** The reader's own place, made longer where it is one letter of a word, and moved back where it lies behind the end. */
function placeOf({ pos: [start, end] }: YAMLError, file: SourceFile): Place {
  const last = file.text.trimEnd().length
  if (start >= last) return { file, span: { start: Math.max(0, last - 1), end: last } }
  const word = /^[\w-]+/.exec(file.text.slice(start))?.[0].length ?? 0
  return { file, span: { start, end: Math.max(end, start + word) } }
}

function wordsOf({ code, message }: YAMLError): FaultWords {
  if (code === 'DUPLICATE_KEY') return { message: 'the key stands twice', label: 'again', help: 'keep one of the two' }
  if (code === 'TAG_RESOLVE_FAILED') {
    return {
      message: 'a value that begins with `!` is a YAML tag, and its text is lost',
      label: 'a tag',
      help: 'put the value into quotes',
    }
  }
  const [first = ''] = message.split('\n')
  return { message: `this is no YAML: ${first.slice(0, 1).toLowerCase()}${first.slice(1)}`, label: 'here' }
}
