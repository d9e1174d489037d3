import { SourceFile } from '@rekey/core'
import { LineCounter, isMap, isScalar, parseDocument } from 'yaml'

/** The parts of a message's text. */
const TEXT_PARTS = ['subject', 'text', 'html'] as const

export type TextPart = (typeof TEXT_PARTS)[number]

/** What a file of texts holds: the parts of a mail, or of a text message its one text. */
export type TextSource =
  | { readonly is: 'mail'; readonly parts: Readonly<Record<TextPart, string>> }
  | { readonly is: 'sms'; readonly text: string }

/** A file of texts that cannot be used; the message begins with the file, line and column. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError'
}

/**
 * Reads one file of texts: a YAML mapping of `subject`, `text` and `html` for a mail, of `text` alone for a text message, each a Liquid template.
 * @throws TextFileError for anything else.
 */
export function readTextFile(path: string, source: string): TextSource {
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
  const text = partOf('text')
  if (map.items.length === 1) return { is: 'sms', text }
  return { is: 'mail', parts: { subject: partOf('subject'), text, html: partOf('html') } }
}

/** Where a node of the YAML reader begins; zero for nodes it made up itself. */
function offsetOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0
}
