import { randomBytes } from 'node:crypto'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Audit, AuditEvent, JsonObject } from '@rekey/core'
import type { AuditSync } from '../../config/config.js'
import { Chain, CHAIN_EVENTS } from './audit-chain.js'
import { auditFileName, headsIn } from './audit-files.js'
import type { ChainHead } from './audit-head.js'
import type { AuditKey } from './audit-key.js'
import { boundedLine } from './bounded-line.js'

/** An event that waits, and whom to tell when it is written, or lost. */
interface Waiting {
  readonly event: AuditEvent
  readonly written?: () => void
  readonly lost?: (fault: Error) => void
}

/** Recorded events that wait for the disk at the most; what comes then is counted as lost, and the count is written. */
const MOST_WAITING = 100_000
const BATCH = 500
const SYNC_EVERY_MS = 1_000
const RETRY_AFTER_MS = 1_000

export interface ChainedAuditOptions {
  readonly folder: string
  readonly key: AuditKey
  readonly sync: AuditSync
  /** Size at which the chain goes on in another file. */
  readonly rotateBytes: number
  /** Told once when writing begins to fail, and of how many events were lost at the end. */
  onFault(fault: unknown): void
  /** Told how far the chain has come, at its beginning, at each new file, and at its end. */
  onHead(head: ChainHead): void
}

/**
 * The audit trail as a chain of lines in files of this process alone. Events are written in the order they were recorded, off the
 * request's path. While the disk refuses them they wait, and the chain has no gap.
 */
export class ChainedAudit implements Audit {
  readonly #chain: Chain
  readonly #began = new Date()
  readonly #waiting: Waiting[] = []
  #lost = 0
  #file: FileHandle | undefined
  #files = 0
  #size = 0
  #syncedAt = 0
  #syncing: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #closing = false
  #isWell = true

  private constructor(private readonly options: ChainedAuditOptions) {
    this.#chain = new Chain(options.key, randomBytes(8).toString('hex'))
  }

  /** @throws the system's error when the folder cannot be written. */
  static async open(options: ChainedAuditOptions): Promise<ChainedAudit> {
    const audit = new ChainedAudit(options)
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    const saw = await headsIn(options.folder)
    await audit.#begin(CHAIN_EVENTS.began, { host: hostname(), pid: process.pid, saw: saw.map((head) => ({ ...head })) })
    return audit
  }

  /** False while lines cannot be written. */
  get isWell(): boolean {
    return this.#isWell
  }

  record(event: AuditEvent): void {
    if (this.#isFull) this.#lost += 1
    else this.#waiting.push({ event })
    this.#drainSoon()
  }

  /**
   * Ends when the lines are written, and on the disk where `sync` is `always`. While the disk refuses them it waits, however many events wait before:
   * what is owed is never counted as lost. Whoever hands it over holds so much at once and no more, so that this is bounded too.
   * @throws once the trail is closed; the events stay owed.
   */
  async keep(events: readonly AuditEvent[]): Promise<void> {
    if (this.#closing) throw new Error('the audit trail was closed')
    const all = events.map((event) => new Promise<void>((written, lost) => void this.#waiting.push({ event, written, lost })))
    this.#drainSoon()
    await Promise.all(all)
  }

  get #isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING || this.#closing
  }

  #drainSoon(): void {
    // In a later turn: what one request records is one write.
    this.#writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#drain())
  }

  /** Writes what waits and the line that says that nothing follows. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#writing
    clearTimeout(this.#syncing)
    for (const { lost } of this.#waiting) lost?.(new Error('the audit trail was closed'))
    try {
      await this.#write([{ event: CHAIN_EVENTS.ended, at: seconds() }])
      await this.#file?.sync()
      this.#tellHead()
    } catch (fault) {
      this.options.onFault(fault)
    }
    await this.#file?.close()
    this.#file = undefined
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#lost > 0) {
      const batch = this.#waiting.slice(0, BATCH)
      const lost = this.#waiting.length > batch.length ? 0 : this.#lost
      try {
        if (this.#size >= this.options.rotateBytes) await this.#begin(CHAIN_EVENTS.continued, {})
        await this.#write([
          ...batch.map(({ event }) => boundedLine({ ...event })),
          ...(lost > 0 ? [{ event: CHAIN_EVENTS.lost, at: seconds(), count: lost }] : []),
        ])
        this.#waiting.splice(0, batch.length)
        this.#lost -= lost
        this.#isWell = true
        for (const { written } of batch) written?.()
      } catch (fault) {
        if (this.#isWell) this.options.onFault(fault)
        this.#isWell = false
        if (this.#closing) break
        await pause(RETRY_AFTER_MS)
      }
    }
    this.#writing = undefined
  }

  /** All of the entries or none: a file that took a part of them is cut back. */
  async #write(entries: readonly JsonObject[]): Promise<void> {
    const file = this.#file
    if (file === undefined) throw new Error('the file of the audit trail is not open')
    const before = this.#chain.head
    const bytes = Buffer.from(entries.map((entry) => `${this.#chain.seal(entry)}\n`).join(''))
    try {
      await file.appendFile(bytes)
      if (this.options.sync === 'always') await file.datasync()
    } catch (fault) {
      this.#chain.returnTo(before)
      await file.truncate(this.#size)
      throw fault
    }
    this.#size += bytes.length
    if (this.options.sync === 'second') this.#syncSoon()
  }

  /** Goes on in a new file, whose first line names the key and is bound to the last line of the file before. */
  async #begin(event: string, more: JsonObject): Promise<void> {
    const name = auditFileName(this.#began, this.#chain.id, this.#files + 1)
    const file = await open(join(this.options.folder, name), 'ax', 0o600)
    const [old, size] = [this.#file, this.#size]
    try {
      this.#file = file
      this.#size = 0
      await this.#write([{ event, at: seconds(), format: 1, key: this.options.key.id, file: this.#files + 1, ...more }])
    } catch (fault) {
      this.#file = old
      this.#size = size
      await file.close()
      throw fault
    } finally {
      this.#files += 1
    }
    await old?.sync()
    await old?.close()
    this.#tellHead()
  }

  #syncSoon(): void {
    this.#syncing ??= setTimeout(
      () => {
        this.#syncing = undefined
        this.#syncedAt = Date.now()
        this.#file?.datasync().catch((fault: unknown) => this.options.onFault(fault))
      },
      Math.max(0, this.#syncedAt + SYNC_EVERY_MS - Date.now()),
    ).unref()
  }

  #tellHead(): void {
    const { head } = this.#chain
    if (head) this.options.onHead(head)
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1_000)
}
