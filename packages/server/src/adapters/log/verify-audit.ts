import { canonicalJson, isJsonObject } from '@rekey/core'
import { CHAIN_EVENTS, isGenuine, readLine, type ChainLine } from './audit-chain.js'
import type { ChainHead } from './audit-head.js'
import type { AuditKey } from './audit-key.js'

/** A file of the trail, to be read as often as needed. */
export interface AuditText {
  readonly path: string
  /** Its lines, without line breaks. */
  lines(): AsyncIterable<string> | Iterable<string>
}

export type AuditFaultCode = 'other-key' | 'changed' | 'inserted' | 'missing' | 'moved' | 'cut' | 'absent'

/** One thing that is not as it was written. */
export interface AuditFault {
  readonly code: AuditFaultCode
  readonly path?: string
  /** Counts from 1. */
  readonly line?: number
  /** For people. */
  readonly message: string
}

export interface AuditVerdict {
  readonly chains: readonly { readonly chain: string; readonly lines: number; readonly closed: boolean }[]
  readonly faults: readonly AuditFault[]
}

export interface VerifyOptions {
  readonly key: AuditKey
  /** How far chains had come, as somebody noted elsewhere. */
  readonly heads?: readonly ChainHead[]
  /** Accepts chains whose first files, or that as a whole, are not among the texts. */
  readonly partial?: boolean
}

/**
 * Verifies chains of the audit trail: every line genuine, none changed, taken out, put in or moved. A tail that was cut is noticed where the chain
 * had been closed by a later line, or where somebody knows how far it had come: `heads`, and the chains that began later, which noted the ends of
 * those that they found.
 */
export async function verifyAudit(texts: readonly AuditText[], { key, heads = [], partial = false }: VerifyOptions): Promise<AuditVerdict> {
  const faults: AuditFault[] = []
  const first = await Promise.all(texts.map(async (text) => ({ text, line: await firstLine(text) })))
  const wanted = [...heads, ...first.flatMap(({ line }) => headsSeenBy(key, line))]
  const walks = new Map<string, Walk>()
  for (const { text, line } of first.toSorted((a, b) => (a.line?.seq ?? 0) - (b.line?.seq ?? 0))) {
    if (line === undefined) {
      if (!(await isEmpty(text))) faults.push(changed({ path: text.path, line: 1 }))
      continue
    }
    const named = line.entry['key']
    if (typeof named === 'string' && named !== key.id) {
      faults.push({ code: 'other-key', path: text.path, line: 1, message: `it was written with the key ${named}, and ours is ${key.id}` })
      continue
    }
    const walk = walks.get(line.chain) ?? new Walk(key, line.chain, wanted, partial)
    walks.set(line.chain, walk)
    await walk.through(text)
  }
  for (const walk of walks.values()) faults.push(...walk.end())
  for (const chain of new Set(wanted.map((head) => head.chain)))
    if (!partial && !walks.has(chain)) faults.push({ code: 'absent', message: `the chain ${chain} is not among the files, and was seen` })
  return { chains: [...walks.values()].map(({ chain, lines, closed }) => ({ chain, lines, closed })), faults: faults.toSorted(byPlace) }
}

/** By file and line; what has no place comes last. */
function byPlace(a: AuditFault, b: AuditFault): number {
  if (a.path === b.path) return (a.line ?? 0) - (b.line ?? 0)
  if (a.path === undefined || b.path === undefined) return a.path === undefined ? 1 : -1
  return a.path < b.path ? -1 : 1
}

/** One way through a chain, file by file. */
class Walk {
  lines = 0
  closed = false
  readonly #faults: AuditFault[] = []
  #expected = 0
  #prev: string | undefined
  #begun = false
  /** Lines that are not genuine, since the last genuine one. */
  #strange: { readonly path: string; readonly line: number }[] = []
  readonly #missing = new Map<number, { readonly path: string; readonly line: number }>()

  constructor(
    private readonly key: AuditKey,
    readonly chain: string,
    private readonly wanted: readonly ChainHead[],
    private readonly partial: boolean,
  ) {}

  async through(text: AuditText): Promise<void> {
    let number = 0
    for await (const line of text.lines()) {
      number += 1
      const at = { path: text.path, line: number }
      const read = readLine(line)
      if (read === undefined || !isGenuine(this.key, line, read)) this.#strange.push(at)
      else if (read.chain === this.chain) this.#take(read, at)
      else this.#faults.push({ code: 'inserted', ...at, message: `the line belongs to the chain ${read.chain}` })
    }
  }

  end(): readonly AuditFault[] {
    for (const at of this.#strange) this.#faults.push(changed(at))
    this.#faults.push(...missing(this.#missing))
    for (const { chain, seq } of this.wanted)
      if (chain === this.chain && seq >= this.#expected)
        this.#faults.push({ code: 'cut', message: `the chain ${chain} ends after line ${this.#expected - 1}, and had come to line ${seq}` })
    return this.#faults
  }

  #take(read: ChainLine, at: { readonly path: string; readonly line: number }): void {
    if (!this.#begun && this.partial) this.#expected = read.seq
    if (read.seq < this.#expected) {
      const known = this.#missing.delete(read.seq)
      this.#faults.push({
        code: known ? 'moved' : 'inserted',
        ...at,
        message: known ? `line ${read.seq} of the chain stands out of its place` : `line ${read.seq} of the chain stands here once more`,
      })
      return
    }
    const gap = read.seq - this.#expected
    this.#strange.splice(0).forEach((strange, index) => {
      this.#faults.push(index < gap ? changed(strange) : { code: 'inserted', ...strange, message: 'the line was put in, or changed' })
      if (index < gap) this.#expected += 1
    })
    const whole = this.#expected === read.seq && gap === 0
    if (whole && this.#prev !== undefined && this.#prev !== read.prev)
      this.#faults.push({ code: 'changed', ...at, message: 'the line does not follow from the one before it' })
    for (; this.#expected < read.seq; this.#expected += 1) if (this.#missing.size < MOST_MISSING) this.#missing.set(this.#expected, at)
    if (this.wanted.some(({ chain, seq, mac }) => chain === read.chain && seq === read.seq && mac !== read.mac))
      this.#faults.push({ code: 'changed', ...at, message: 'the line is not the one that was seen here before' })
    this.#begun = true
    this.#expected = read.seq + 1
    this.#prev = read.mac
    this.lines += 1
    this.closed = read.entry['event'] === CHAIN_EVENTS.ended
  }
}

/** Missing lines that are told one by one. */
const MOST_MISSING = 1_000

function changed(at: { readonly path: string; readonly line: number }): AuditFault {
  return { code: 'changed', ...at, message: 'the line is not as it was written' }
}

/** Lines that are missing beside each other are one fault. */
function missing(found: ReadonlyMap<number, { readonly path: string; readonly line: number }>): readonly AuditFault[] {
  const runs: { readonly from: number; to: number; readonly at: { readonly path: string; readonly line: number } }[] = []
  for (const [seq, at] of [...found].toSorted(([a], [b]) => a - b)) {
    const run = runs.at(-1)
    if (run?.to === seq - 1 && run.at === at) run.to = seq
    else runs.push({ from: seq, to: seq, at })
  }
  return runs.map(({ from, to, at }) => ({
    code: 'missing',
    ...at,
    message: `${from === to ? `line ${from} of the chain is` : `lines ${from} to ${to} of the chain are`} missing before it`,
  }))
}

async function isEmpty(text: AuditText): Promise<boolean> {
  for await (const _ of text.lines()) return false
  return true
}

/** The first line that can be read; it says which chain the file is of. */
async function firstLine(text: AuditText): Promise<ChainLine | undefined> {
  for await (const line of text.lines()) {
    const read = readLine(line)
    if (read !== undefined) return read
  }
  return undefined
}

function headsSeenBy(key: AuditKey, line: ChainLine | undefined): readonly ChainHead[] {
  const saw = line?.entry['saw']
  if (line === undefined || !Array.isArray(saw) || !isGenuine(key, canonicalJson({ ...line }), line)) return []
  return saw.flatMap((head: unknown) => {
    const { chain, seq, mac } = isJsonObject(head) ? head : {}
    return typeof chain === 'string' && typeof seq === 'number' && typeof mac === 'string' ? [{ chain, seq, mac }] : []
  })
}
