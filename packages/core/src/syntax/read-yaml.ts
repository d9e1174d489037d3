import { isCollection, isScalar, parseDocument, visit, type Document, type YAMLError } from 'yaml'
import { spacesForTabs } from '../diagnostics/fixes/indent.js'
import { lineAt } from '../diagnostics/fixes/lines.js'
import { deleteLine } from '../diagnostics/fixes/take-out.js'
import { deleteWord, putInQuotes } from '../diagnostics/fixes/write.js'
import { quote } from '../diagnostics/quote.js'
import type { DiagnosticCode } from '../diagnostics/codes.js'
import type { Fix } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { SourceFile, Span } from '../source/source-file.js'
import { findLookAlike } from './look-alikes.js'
import { lowerDocument } from './lower.js'
import { reportMissingSpace } from './missing-space.js'
import type { SyntaxNode } from './node.js'
import { readPlainYaml } from './plain-yaml.js'
import { yamlFault } from './yaml-fault.js'

/** Larger than any flow that a person reads, small enough to be parsed in well under a second. */
const MAX_FILE_LENGTH = 128 * 1024

/** A file with more faults of YAML than this is no flow file; the rest is not worth the reader's time. */
const MOST_FAULTS = 50

/**
 * Reads the text of a flow file as YAML 1.2 (core schema). Everything the YAML library warns of is an error here: a tag that nobody
 * resolves would become an empty text, and a condition written so would vanish.
 * @returns undefined when the text cannot be read on; the reason has been reported.
 */
export function readYaml(reporter: Reporter): SyntaxNode | undefined {
  const { text } = reporter.file
  if (text.length > MAX_FILE_LENGTH) {
    const message = `the file is longer than ${MAX_FILE_LENGTH / 1024} KiB`
    reporter.report('file-too-large', { start: 0, end: 0 }, message, {
      help: 'a flow is a list of steps; keep texts in files of their own',
    })
    return undefined
  }
  return readPlainYaml(text) ?? readAnyYaml(reporter)
}

/** Reads a text with the YAML library: all of YAML, and all that can be wrong with it. */
export function readAnyYaml(reporter: Reporter): SyntaxNode | undefined {
  const { text } = reporter.file
  // Keys that stand twice are found when lowering, in linear time; tags of YAML 1.1 (`!!binary`) and merge keys are not for flows.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const faults = [...document.errors, ...document.warnings].sort((one, other) => one.pos[0] - other.pos[0]).slice(0, MOST_FAULTS)
  const unreadable = faults.find((fault) => !yamlFault(fault.code, fault.message).readable)
  // What follows an unreadable place is guesswork of the YAML reader: its other faults may be echoes.
  const certain = unreadable ? faults.filter((fault) => fault.pos[0] < unreadable.pos[0]) : faults
  for (const fault of firstOfEachPlace(certain)) reportFault(reporter, fault)
  if (unreadable) {
    reportUnreadable(reporter, unreadable, document)
    return undefined
  }
  return lowerDocument(document, reporter, faults.map(spanOf))
}

function reportUnreadable(reporter: Reporter, fault: YAMLError, document: Document): void {
  const { file } = reporter
  const [start, end] = fault.pos
  const lineBefore = file.text.lastIndexOf('\n', file.text.lastIndexOf('\n', start - 1) - 1) + 1
  const lineEnd = file.text.indexOf('\n', end)
  const near = { start: start === 0 ? 0 : lineBefore, end: lineEnd === -1 ? file.text.length : lineEnd }
  if (fault.code !== 'TAB_AS_INDENT' && fault.code !== 'RESOURCE_EXHAUSTION' && reportMissingSpace(reporter, near)) return
  const alike = findLookAlike(file, start)
  if (alike) {
    const { span, message, ...more } = alike
    reporter.report('yaml-syntax', span, message, more)
    return
  }
  const { code, message, opened } = yamlFault(fault.code, fault.message)
  const opening = opened && findOpening(document, start)
  if (fault.code === 'MULTILINE_IMPLICIT_KEY') {
    reportMissingColon(reporter, spanOf(fault), message)
    return
  }
  const deeper = fault.code === 'BLOCK_AS_IMPLICIT_KEY' ? misplacedLine(file.text, start) : undefined
  if (deeper) {
    reporter.report('yaml-syntax', deeper, 'the indentation does not fit the lines around it', {
      help: 'indent it like the line it belongs to',
    })
    return
  }
  if (opening) reporter.report(code, opening, message, { label: 'opened here' })
  else reportFault(reporter, fault)
}

/** The line that begins a mapping inside of a text: its indentation is the mistake, unless the text itself holds a `: `. */
function misplacedLine(text: string, start: number): Span | undefined {
  const line = lineAt(text, start)
  const isWhole = line.text.slice(0, start - line.start).trim() === ''
  if (isWhole) return firstWordIn(text, { start: line.start, end: line.end })
  const rest = text.slice(start, line.end)
  if (/:(?:\s|$)/.test(rest) || line.next >= text.length) return undefined
  const below = lineAt(text, line.next)
  return below.text.trim() === '' ? undefined : firstWordIn(text, { start: below.start, end: below.end })
}

/** The usual reason for a key over two lines is a line before it that should have been a key too. */
function reportMissingColon(reporter: Reporter, span: Span, message: string): void {
  const [line = ''] = reporter.file.text.slice(span.start, span.end).split(/\r?\n/)
  const [, name, rest] = /^([\w/-]+)(?: +(\S.*))?$/.exec(line.trim()) ?? []
  const help = name === undefined ? {} : { help: `write ${quote(rest === undefined ? `${name}:` : `${name}: ${rest}`)}` }
  reporter.report('yaml-syntax', { start: span.start, end: span.start + line.length }, message, { label: 'no `:` behind it', ...help })
}

/** Where the innermost bracket or quote was opened that is still open at an offset. */
function findOpening(document: Document, offset: number): Span | undefined {
  let opening: Span | undefined
  visit(document, {
    Node(_, node) {
      const [start, end] = node.range ?? [0, 0]
      const opens = isCollection(node) ? node.flow === true : isScalar(node) && node.type?.startsWith('QUOTE_') === true
      if (opens && start < offset && end >= offset) opening = { start, end: start + 1 }
    },
  })
  return opening
}

function reportFault(reporter: Reporter, fault: YAMLError): void {
  const { code, message, help } = yamlFault(fault.code, fault.message)
  const span = fault.code === 'BAD_INDENT' ? firstWordIn(reporter.file.text, spanOf(fault)) : spanOf(fault)
  if (code === 'yaml-tag') {
    const rest = restOfLine(reporter.file.text, span.start)
    const tag = { start: span.start, end: span.start + firstWord(rest).length }
    const isOnBrackets = /^!\S*\s*[[{]/.test(rest)
    // A condition, or a lonely word. In `!Ref Name` the tag may be a slip as well.
    const isText = !isOnBrackets && /^!(?:\S*[(.]|[^\s!]\S*$)/.test(rest)
    reporter.report(code, tag, message, {
      label: 'a tag',
      help: isOnBrackets ? 'delete it' : `${isText ? '' : 'delete it, or '}put it in quotes: \`${quoted(rest)}\``,
      ...(isOnBrackets && { fix: deleteWord(reporter.file, tag) }),
      ...(isText && { fix: putInQuotes(reporter.file, { start: span.start, end: span.start + rest.length }) }),
    })
    return
  }
  const fix = repairOf(code, reporter.file, span)
  reporter.report(code, span, message, { ...(help !== undefined && { help }), ...(fix && { fix }) })
}

function repairOf(code: DiagnosticCode, file: SourceFile, span: Span): Fix | undefined {
  if (code === 'yaml-tab') return spacesForTabs(file)
  if (code === 'yaml-directive') return deleteLine(file, span)
  // A mark behind which nothing follows divides nothing.
  return code === 'yaml-documents' && file.text.slice(span.end).trim() === '' ? deleteLine(file, span) : undefined
}

function firstOfEachPlace(faults: readonly YAMLError[]): readonly YAMLError[] {
  const places = new Set<string>()
  return faults.filter((fault) => {
    // One unknown directive or tag after the other on one line is one mistake.
    const place = `${fault.code} ${fault.pos[0]}`
    if (places.has(place)) return false
    places.add(place)
    return true
  })
}

function spanOf(fault: YAMLError): Span {
  return { start: fault.pos[0], end: fault.pos[1] }
}

/** What stands on the line from an offset on, without a comment and without the bracket that closes around it. */
function restOfLine(text: string, start: number): string {
  const end = text.indexOf('\n', start)
  const rest = text.slice(start, end === -1 ? undefined : end).replace(/\s+#.*$/, '')
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const inBrackets = (before.match(/[[{]/g)?.length ?? 0) > (before.match(/[\]}]/g)?.length ?? 0)
  if (!inBrackets) return rest.trim()
  let depth = 0
  for (const [index, character] of rest.split('').entries()) {
    if (character === ',' && depth === 0) return rest.slice(0, index).trim()
    if ('[{('.includes(character)) depth += 1
    else if (']})'.includes(character)) depth -= 1
    if (depth < 0) return rest.slice(0, index).trim()
  }
  return rest.trim()
}

/** The indentation itself cannot be seen; what it indents can. */
function firstWordIn(text: string, { start }: Span): Span {
  const blank = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0
  return { start: start + blank, end: start + blank + Math.max(1, firstWord(text.slice(start + blank)).length) }
}

function firstWord(text: string): string {
  return /^\S*/.exec(text)?.[0] ?? ''
}

function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return `"${short.replace(/["\\]/g, '\\$&')}"`
}
