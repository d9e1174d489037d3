import type { Fix } from '../diagnostics/diagnostic.js'
import { lineAt, linesBetween } from '../diagnostics/fixes/lines.js'
import type { SourceFile, Span } from '../source/source-file.js'

/** Something that looks like YAML, or got into it, and is none. */
export interface LookAlike {
  readonly span: Span
  readonly message: string
  readonly label?: string
  readonly help: string
  readonly fix?: Fix
}

interface Pattern extends Omit<LookAlike, 'span' | 'fix'> {
  /** What is marked is its first group, else all of it. */
  readonly pattern: RegExp
  /** Only on the line of the fault, and the one before it. */
  readonly near?: true
  /** What each one of the file becomes. */
  readonly becomes?: string
}

const PATTERNS: readonly Pattern[] = [
  {
    pattern: /^(?:<{7}|={7}|>{7})(?= |\r?$)/m,
    message: 'a merge conflict was left in the file',
    help: 'keep one of the two sides, and delete the three marks',
  },
  {
    pattern: /^```.*$/m,
    message: 'a fence of Markdown is no YAML',
    help: 'delete the lines with the three backticks',
  },
  {
    pattern: /\{\{-?[^{}]*\}\}|\{%[^{}]*%\}/,
    message: 'a template that nobody has filled in',
    help: 'let its program write the file first, or quote the text',
  },
  {
    pattern: /^[ ]*([\u00A0\u2000-\u200A\u202F\u3000]+)/m,
    message: 'what indents this line looks like spaces and is none',
    label: 'no spaces',
    help: 'indent with the space bar; a page of the web was copied',
    becomes: ' ',
  },
  {
    pattern: /^[ ]*(?:- +)?[A-Za-z][\w/-]*(：)/m,
    near: true,
    message: 'this is a colon of another script, which YAML takes for a letter',
    help: 'write `:` and a space',
  },
  {
    pattern: /^[ ]*(?:- +)?[A-Za-z][\w/-]* +(=)(?= )/m,
    near: true,
    message: 'a key and its value stand on both sides of a `:`',
    help: 'write `:` in the place of ` =`',
  },
  {
    pattern: /: +([“”‘’„][^\n]*)/,
    near: true,
    message: 'typographic quotes are letters like others in YAML',
    label: 'not quoted',
    help: 'write `"`',
  },
]

/** Recognises what was mixed up in a file that is no YAML. @param offset where the reader gave up. */
export function findLookAlike(file: SourceFile, offset: number): LookAlike | undefined {
  for (const { pattern, near, becomes, ...words } of PATTERNS) {
    const line = lineAt(file.text, offset)
    const from = near ? lineAt(file.text, Math.max(0, line.start - 1)).start : 0
    const match = pattern.exec(near ? file.text.slice(from, line.end) : file.text)
    if (!match) continue
    const [all, marked = all] = match
    const start = from + match.index + all.lastIndexOf(marked)
    const fix = becomes === undefined ? {} : { fix: replaceBlanks(file.text, becomes) }
    return { ...words, span: { start, end: start + marked.length }, ...fix }
  }
  return undefined
}

/** A dash of typography that begins the lines of a list. */
const LONG_DASH = /^([ ]*)[–—•](?= )/

/** Recognises a list whose dashes a word processor has made longer. */
export function longDashes({ text }: SourceFile, { start, end }: Span): LookAlike | undefined {
  const lines = linesBetween(text, start, Math.max(start, end - 1)).filter((line) => LONG_DASH.test(line.text))
  const [first] = lines
  if (!first) return undefined
  const places = lines.map((line) => line.start + line.text.search(/[^ ]/))
  const [at = start] = places
  return {
    span: { start: at, end: at + 1 },
    message: 'a list is written with `-`, and this is a longer dash',
    label: 'not a `-`',
    help: 'write `- ` before each step',
    fix: { title: 'write `-`', edits: places.map((place) => ({ span: { start: place, end: place + 1 }, text: '-' })) },
  }
}

function replaceBlanks(text: string, by: string): Fix {
  const edits = [...text.matchAll(/^[ ]*[\u00A0\u2000-\u200A\u202F\u3000][ \u00A0\u2000-\u200A\u202F\u3000]*/gm)].map(
    ({ index, 0: blanks }) => ({
      span: { start: index, end: index + blanks.length },
      text: by.repeat(blanks.length),
    }),
  )
  return { title: 'indent with spaces', edits }
}
