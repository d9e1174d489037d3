import type { ErrorCode } from 'yaml'
import type { DiagnosticCode } from '../diagnostics/codes.js'

/** How a fault of the YAML reader is reported. */
export interface YamlFault {
  readonly code: DiagnosticCode
  readonly message: string
  readonly help?: string
  /** True when the reader could still tell how the lines belong together, so that the file can be read on. */
  readonly readable: boolean
  /** True when the fault is better shown where the bracket or quote was opened. */
  readonly opened?: true
}

const SYNTAX = { code: 'yaml-syntax', readable: false } as const
const NOT_CLOSED = 'a bracket is not closed'

const FAULTS: Readonly<Partial<Record<ErrorCode, YamlFault>>> = {
  BAD_INDENT: { ...SYNTAX, message: 'the indentation does not fit the lines around it' },
  BLOCK_AS_IMPLICIT_KEY: {
    ...SYNTAX,
    message: 'a mapping begins inside of another value',
    help: 'put the key on a line of its own, or quote a text that holds `: `',
  },
  MULTILINE_IMPLICIT_KEY: { ...SYNTAX, message: 'a key must stand on one line' },
  KEY_OVER_1024_CHARS: { ...SYNTAX, message: 'a key is longer than 1024 characters' },
  MISSING_CHAR: { ...SYNTAX, message: 'a character is missing here' },
  UNEXPECTED_TOKEN: { ...SYNTAX, message: 'this does not belong here' },
  BLOCK_IN_FLOW: { ...SYNTAX, message: 'a value inside of brackets cannot be written over indented lines' },
  BAD_SCALAR_START: { ...SYNTAX, message: 'text cannot start with this character', help: 'put the text in quotes', readable: true },
  BAD_DQ_ESCAPE: { ...SYNTAX, message: 'double quotes know no such escape', help: 'use single quotes, or write `\\\\`', readable: true },
  TAB_AS_INDENT: { code: 'yaml-tab', message: 'a tab indents this line', help: 'indent with spaces', readable: false },
  BAD_DIRECTIVE: { code: 'yaml-directive', message: 'this directive is not understood', help: 'delete the line', readable: true },
  MULTIPLE_DOCS: {
    code: 'yaml-documents',
    message: 'a second document begins here',
    help: 'put each flow in a file of its own, and delete the `---`',
    readable: true,
  },
  TAG_RESOLVE_FAILED: { code: 'yaml-tag', message: 'this is read as a YAML tag, which flows do not use', readable: true },
  MULTIPLE_TAGS: { code: 'yaml-tag', message: 'this is read as a second YAML tag', readable: true },
  MULTIPLE_ANCHORS: { code: 'yaml-anchor', message: 'a value has one anchor at the most', readable: true },
  BAD_ALIAS: {
    code: 'yaml-anchor',
    message: 'an anchor or alias needs a name',
    help: 'quote a text that starts with `&` or `*`',
    readable: true,
  },
  ALIAS_PROPS: { code: 'yaml-anchor', message: 'an alias has neither anchor nor tag of its own', readable: true },
  RESOURCE_EXHAUSTION: { code: 'nested-too-deeply', message: 'values are nested too deeply', readable: false },
}

/**
 * Our words for a fault of the YAML reader; its own may change with any release.
 * @param message the reader's own, only to tell what kind of character is missing.
 */
export function yamlFault(code: ErrorCode, message: string): YamlFault {
  const known = FAULTS[code]
  if (code === 'BAD_INDENT' && message.startsWith('Flow')) return { ...SYNTAX, message: NOT_CLOSED, opened: true }
  if (code !== 'MISSING_CHAR' && known) return known
  if (/quote/.test(message)) return { ...SYNTAX, message: 'a quote is not closed', opened: true }
  if (/expected flow/i.test(message) || /end with/.test(message)) return { ...SYNTAX, message: NOT_CLOSED, opened: true }
  return known ?? { ...SYNTAX, message: 'this is not YAML' }
}
