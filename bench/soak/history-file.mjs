import { closeSync, existsSync, openSync, readSync, writeSync } from 'node:fs'

/** Appends lines of JSON; each one is written before the call returns. */
export class HistoryWriter {
  #file

  /** @param {string} path */
  constructor(path) {
    this.#file = openSync(path, 'a')
  }

  /** @param {object} line */
  write(line) {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }

  close() {
    closeSync(this.#file)
  }
}

/** Reads lines of JSON that another process appends, each one once. */
export class HistoryReader {
  #read = 0
  #rest = ''
  #buffer = Buffer.alloc(256 * 1024)

  /** @param {string} path */
  constructor(path) {
    this.path = path
  }

  /** @returns {any[]} the lines that were added since. */
  more() {
    if (!existsSync(this.path)) return []
    const lines = []
    const file = openSync(this.path, 'r')
    try {
      for (;;) {
        const size = readSync(file, this.#buffer, 0, this.#buffer.length, this.#read)
        if (size === 0) return lines
        this.#read += size
        const pieces = (this.#rest + this.#buffer.toString('latin1', 0, size)).split('\n')
        this.#rest = pieces.pop() ?? ''
        for (const piece of pieces) lines.push(JSON.parse(Buffer.from(piece, 'latin1').toString('utf8')))
      }
    } finally {
      closeSync(file)
    }
  }
}
