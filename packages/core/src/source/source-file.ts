/** A place in a source file; line and column count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A stretch of a source file in UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The text of one file with the offsets of its lines. */
export class SourceFile {
  /** Found when somebody asks: nobody does of a file without a fault. */
  #lineStarts: readonly number[] | undefined

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  get lineCount(): number {
    return this.#starts.length
  }

  /** @param offset clamped to the text. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length))
    let low = 0
    const starts = this.#starts
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 }
  }

  /** @param line from 1; the line without its line break, empty when there is no such line. */
  lineText(line: number): string {
    const start = this.#starts[line - 1]
    if (start === undefined) return ''
    const end = this.#starts[line] ?? this.text.length
    return this.text.slice(start, end).replace(/\r?\n$/, '')
  }

  get #starts(): readonly number[] {
    if (this.#lineStarts) return this.#lineStarts
    const { text } = this
    const starts = [0]
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#lineStarts = starts
    return starts
  }
}
