/** One line of a text, without its line break. */
export interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
  /** Where the next line starts; the end of the text on the last. */
  readonly next: number
}

/** The line that an offset stands on. */
export function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const found = text.indexOf('\n', offset)
  const next = found === -1 ? text.length : found + 1
  const line = text.slice(start, next).replace(/\r?\n$/, '')
  return { start, end: start + line.length, text: line, next }
}

/** The lines from one offset to another, whole. */
export function linesBetween(text: string, from: number, to: number): readonly Line[] {
  const lines: Line[] = []
  for (let line = lineAt(text, from); ; line = lineAt(text, line.next)) {
    lines.push(line)
    if (line.next > to || line.next >= text.length) return lines
  }
}

/** How many blanks a line begins with; tabs are none. */
export function indentOf(line: Line): number {
  return /^ */.exec(line.text)?.[0].length ?? 0
}

export function isBlank(line: Line): boolean {
  return line.text.trim() === ''
}

/** What stands on its line before an offset. */
export function textBefore(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
}

/** Where the last visible character of a stretch ends. */
export function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length
}

/** What stands between two offsets beside blanks, line breaks and comments. */
export function wordsBetween(text: string, from: number, to: number): string {
  return text
    .slice(from, to)
    .replaceAll(/(?:^|\s)#[^\n]*/g, '')
    .replaceAll(/\s/g, '')
}
