import { open, type FileHandle } from 'node:fs/promises'
import { BreachCheckFault, type SeenCounts } from './breached-passwords.js'

const LINE = /^([0-9A-F]{40}):(\d{1,12})$/i

/** Longest line with its end: a digest, a colon, twelve digits, two line ends; and a byte to spare. */
const MAX_LINE_BYTES = 56

/** Where the search stops halving and reads on. */
const LAST_BYTES = 4_096

/** A list that lies open until it is closed. */
export interface OpenCounts extends SeenCounts {
  close(): Promise<void>
}

/**
 * Searches a sorted list of lines `<SHA-1>:<count>` on the disk: some twenty-five short reads for a billion lines, and nothing kept in memory.
 * @throws BreachCheckFault when the file is no such list, the system's errors when it cannot be read.
 */
export async function openFileCounts(path: string): Promise<OpenCounts> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const list = new SortedList(file, size)
    await list.demandShape()
    return { countOf: (digest) => list.countOf(digest), close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

interface Line {
  /** In capitals. */
  readonly digest: string
  readonly count: number
  /** Where the next one begins. */
  readonly end: number
}

class SortedList {
  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {}

  /** Looks at the first line, one in the middle and one at the end: enough to tell a list in another order, or another file, from a good one. */
  async demandShape(): Promise<void> {
    if (this.size === 0) throw new BreachCheckFault('there is nothing in it')
    const end = Math.max(0, this.size - 2 * MAX_LINE_BYTES)
    const places = [0, Math.min(end, Math.floor(this.size / 2)), end]
    const lines = await Promise.all(places.map((place) => this.#firstFrom(place)))
    const digests = lines.flatMap((line) => (line === undefined ? [] : [line.digest]))
    if (digests.some((digest, index) => digest < (digests[index - 1] ?? '')))
      throw new BreachCheckFault('its lines are not sorted by their hashes')
  }

  async countOf(digest: string): Promise<number> {
    // A line begins at `from`; that of the digest, if there is one, begins there or later, and before `to`.
    let from = 0
    let to = this.size
    while (to - from > LAST_BYTES) {
      const middle = Math.floor((from + to) / 2)
      const line = await this.#firstFrom(middle)
      if (line?.digest === digest) return line.count
      if (line !== undefined && line.digest < digest) from = line.end
      else to = middle
    }
    const last = await this.#bytes(from, to - from + MAX_LINE_BYTES)
    return linesIn(last, from, this.size).find((line) => line.digest === digest)?.count ?? 0
  }

  /** The first line that begins at a place or behind it. */
  async #firstFrom(place: number): Promise<Line | undefined> {
    // From the byte before, which may be the end of a line.
    const start = Math.max(0, place - 1)
    const text = await this.#bytes(start, 2 * MAX_LINE_BYTES)
    const skipped = place === 0 ? 0 : text.indexOf('\n') + 1
    if (place > 0 && skipped === 0 && start + text.length < this.size) throw new BreachCheckFault(NO_LIST)
    return place > 0 && skipped === 0 ? undefined : linesIn(text.slice(skipped), start + skipped, this.size)[0]
  }

  async #bytes(place: number, length: number): Promise<string> {
    const wanted = Math.min(length, this.size - place)
    const { buffer, bytesRead } = await this.file.read(Buffer.alloc(wanted), 0, wanted, place)
    // It has been cut while it lay open.
    if (bytesRead < wanted) throw new BreachCheckFault('the list of breached passwords is shorter than it was')
    return buffer.toString('latin1')
  }
}

const NO_LIST = 'it is no list of lines `<SHA-1>:<count>`'

/** The whole lines of a text that begins with one. @param place where the text stands in the file of this size. */
function linesIn(text: string, place: number, size: number): readonly Line[] {
  const lines: Line[] = []
  for (let at = 0; at < text.length;) {
    const next = text.indexOf('\n', at)
    // The last line of the file may have no end; any other without one is cut off here only.
    if (next < 0 && place + text.length < size) break
    const end = next < 0 ? text.length : next + 1
    const [, digest, count] = LINE.exec(text.slice(at, end).trimEnd()) ?? []
    if (digest === undefined) throw new BreachCheckFault(NO_LIST)
    lines.push({ digest: digest.toUpperCase(), count: Number(count), end: place + end })
    at = end
  }
  return lines
}
