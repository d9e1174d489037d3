import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLine } from './audit-chain.js'
import type { ChainHead } from './audit-head.js'

const NAME = /^audit-(\d{8}T\d{6}Z)-([0-9a-f]{16})-(\d{4,})\.jsonl$/

/** Chains of other processes that a new one notes the ends of. */
const MOST_SEEN = 32

/** Longer than any line. */
const TAIL_BYTES = 64 * 1024

/** The file of a chain by its number, which counts from 1. Sorted by name, files stand in the order in which chains began. */
export function auditFileName(began: Date, chain: string, number: number): string {
  const at = began.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `audit-${at}-${chain}-${String(number).padStart(4, '0')}.jsonl`
}

/** All files of a folder of the trail, by path. */
export async function auditFilesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder))
    .filter((name) => NAME.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

/** How far the newest chains of a folder have come, as their files say; nothing is verified. */
export async function headsIn(folder: string): Promise<readonly ChainHead[]> {
  const newest = new Map<string, string>()
  for (const path of await auditFilesIn(folder)) newest.set(NAME.exec(path.slice(folder.length + 1))?.[2] ?? path, path)
  const files = await Promise.all([...newest.values()].map(async (path) => ({ path, changed: (await stat(path)).mtimeMs })))
  const latest = files.toSorted((a, b) => b.changed - a.changed).slice(0, MOST_SEEN)
  const heads = await Promise.all(latest.map(({ path }) => headOf(path)))
  return heads.filter((head) => head !== undefined)
}

/** The last whole line of a file. */
async function headOf(path: string): Promise<ChainHead | undefined> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, TAIL_BYTES)), 0, undefined, Math.max(0, size - TAIL_BYTES))
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    const line = lines
      .toReversed()
      .map(readLine)
      .find((found) => found !== undefined)
    return line && { chain: line.chain, seq: line.seq, mac: line.mac }
  } finally {
    await file.close()
  }
}
