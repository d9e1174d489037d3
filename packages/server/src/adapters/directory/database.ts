import { chmod, mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { LibsqlError, createClient } from '@libsql/client'
import type { Client, Row, Transaction } from '@libsql/client'
import { hasCode } from '../../config/system-error.js'

export type SqlValue = string | number | null

/** One statement; its values are bound, never written into the text. */
export interface Statement {
  readonly sql: string
  readonly args: readonly SqlValue[]
}

/** How long a write waits for other processes before it is a fault, in milliseconds. */
const MAX_WAIT_MS = 10_000

/** How long the library may hold up the event loop while it waits for a lock, in milliseconds. */
const MAX_BLOCK_MS = 5

/**
 * A SQLite file, the only place that knows the library. The library works synchronously: a query takes microseconds, but waiting for
 * another process's lock would hold up everything. So it waits for a few milliseconds only, and this class waits on, off the loop.
 */
export class Database {
  #client: Client
  #lastWrite: Promise<unknown> = Promise.resolve()

  private constructor(private readonly url: string) {
    this.#client = connect(url)
  }

  /** Opens the file, or makes it: readable by its owner only, since it holds hashes of passwords. */
  static async open(path: string): Promise<Database> {
    const file = resolve(path)
    await mkdir(dirname(file), { recursive: true })
    await makePrivateFile(file)
    const database = new Database(pathToFileURL(file).href)
    // Readers and one writer at a time do not block each other; the mode stays with the file.
    await database.#patiently((client) => client.execute('PRAGMA journal_mode = WAL'))
    return database
  }

  async all(sql: string, args: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const result = await this.#patiently((client) => client.execute({ sql, args: [...args] }))
    return result.rows
  }

  /**
   * Runs statements as one transaction that is alone in writing.
   * @param statements asked for again at each try, so that a clock read in it is that of the write.
   * @returns how many rows each one changed.
   */
  async write(statements: () => readonly Statement[]): Promise<readonly number[]> {
    const results = await this.#inTurn((client) =>
      client.batch(
        statements().map(({ sql, args }) => ({ sql, args: [...args] })),
        'write',
      ),
    )
    return results.map((result) => result.rowsAffected)
  }

  /** Runs work that must read before it knows what to write. For start-up: nothing else may use this database while it runs. */
  async exclusively(work: (transaction: Transaction) => Promise<void>): Promise<void> {
    const transaction = await this.#inTurn((client) => client.transaction('write'))
    try {
      await work(transaction)
      await transaction.commit()
    } finally {
      transaction.close()
    }
  }

  close(): void {
    this.#client.close()
  }

  /** Writers of one process queue up here instead of at the file's lock, where each would hold up the loop. */
  async #inTurn<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const turn = this.#lastWrite.then(() => this.#patiently(work))
    this.#lastWrite = turn.catch(() => undefined)
    return turn
  }

  async #patiently<T>(work: (client: Client) => Promise<T>): Promise<T> {
    for (const end = performance.now() + MAX_WAIT_MS; ;) {
      const client = this.#client
      try {
        return await work(client)
      } catch (error) {
        if (!isBusy(error)) throw error
        this.#discard(client)
        if (performance.now() > end) throw error
        // Two processes that wait the same time would meet again and again.
        await delay(1 + Math.random() * 9)
      }
    }
  }

  /**
   * The library does not reset a statement that found the file busy. Until it is collected as garbage, no transaction of its connection
   * can commit and its reads may be of the past: such a connection is not used again.
   */
  #discard(client: Client): void {
    if (this.#client !== client) return
    this.#client = connect(this.url)
    // Reads that have already picked the old connection finish within this turn of the loop.
    setImmediate(() => client.close())
  }
}

/** One connection is enough: every call is over before the next one begins. */
function connect(url: string): Client {
  return createClient({ url, timeout: MAX_BLOCK_MS, concurrency: 1, intMode: 'number' })
}

/** Never opens a file that is there: closing it again would drop the locks that this process holds on it through SQLite. */
async function makePrivateFile(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close()
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    // The mode of a file would close a folder to everybody.
    if (!(await stat(file)).isFile()) throw Object.assign(new Error(`${file} is no file`), { code: 'EISDIR' })
  }
  await chmod(file, 0o600)
}

/** SQLite's primary result code 5, whatever the extended code says of the reason. */
function isBusy(error: unknown): boolean {
  return error instanceof LibsqlError && ((error.rawCode ?? 0) & 0xff) === 5
}
