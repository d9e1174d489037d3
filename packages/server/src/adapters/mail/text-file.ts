import { SourceFile } from '@rekey/core'
import { LineCounter, isMap, isScalar, parseDocument } from 'yaml'

/** The parts of a message's text. */
export const TEXT_PARTS = ['subject', 'text', 'html'] as const

export type TextPart = (typeof TEXT_PARTS)[number]

/** A file of texts that cannot be used; the message begins with the file, line and column. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError'
}

/**
 * Reads one file of texts: a YAML mapping of exactly `subject`, `text` and `html`, each a Liquid template.
 * @throws TextFileError for anything else.
 */
export function readTextFile(path: string, source: string): Readonly<Record<TextPart, string>> {
  const file = new SourceFile(path, source)
  const refuse = (offset: number, message: string): never => {
    const { line, column } = file.positionAt(offset)
    throw new TextFileError(`${path}:${line}:${column} ${message}`)
  }
  const document = parseDocument(source, { lineCounter: new LineCounter(), uniqueKeys: true, prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) return refuse(fault.pos[0], fault.message)
  const map = document.contents
  if (!isMap(map)) return refuse(0, `a text is a mapping of ${TEXT_PARTS.map((part) => `\`${part}\``).join(', ')}`)
  for (const { key } of map.items) {
    if (!isScalar(key) || !TEXT_PARTS.some((part) => part === key.value)) return refuse(offsetOf(key), 'unknown part')
  }
  const partOf = (name: TextPart): string => {
    const part: unknown = map.get(name, true)
    if (!isScalar(part) || typeof part.value !== 'string') return refuse(offsetOf(part ?? map), `\`${name}\` is a text`)
    return part.value
  }
  return { subject: partOf('subject'), text: partOf('text'), html: partOf('html') }
}

/** Where a node of the YAML reader begins; zero for nodes it made up itself. */
function offsetOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0
}
