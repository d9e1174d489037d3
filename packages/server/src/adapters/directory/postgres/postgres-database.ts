import { Pool, type PoolClient } from 'pg'
import { poolConfig } from './connection.js'
import { faultOf } from './postgres-fault.js'
import type { PostgresAddress } from './settings.js'
import { numbered, type Sql } from './statement.js'

/** A row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>

/** Runs statements within one transaction. */
export interface Transaction {
  rows(statement: Sql): Promise<readonly Row[]>
}

/** How long a transaction of start-up may wait for another process and work, in milliseconds. */
const SLOW_MS = 60_000

/**
 * A pool of connections to one database, the only place that knows the driver. Every wait has an end, and what ends badly is a
 * `PostgresFault`. Nothing is tried twice: a broken connection is dropped, and the next call opens another one.
 */
export class PostgresDatabase {
  readonly #pool: Pool

  constructor(address: PostgresAddress) {
    this.#pool = new Pool(poolConfig(address))
    // An idle connection that breaks is dropped by the pool; unheard, the event would end the process.
    this.#pool.on('error', () => undefined)
  }

  /** One statement on its own. */
  async rows(statement: Sql): Promise<readonly Row[]> {
    return this.#with((client) => query(client, statement))
  }

  /** All or nothing, with time to wait for another process. For start-up. */
  async slowly<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#with(async (client) => {
      const rows = (statement: Sql) => query(client, statement, SLOW_MS + 1_000)
      await client.query(`BEGIN; SET LOCAL statement_timeout = ${SLOW_MS}; SET LOCAL lock_timeout = ${SLOW_MS}`)
      try {
        const result = await work({ rows })
        await client.query('COMMIT')
        return result
      } catch (error) {
        // The connection is dropped when even this fails, and the transaction with it.
        await client.query('ROLLBACK')
        throw error
      }
    })
  }

  /** Lets go of all connections, once what is under way is over. */
  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }

  async #with<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw faultOf(error)
    })
    // A connection that breaks says so to the query and as an event; unheard, that would end the process.
    const ignore = () => undefined
    client.on('error', ignore)
    let isGood = false
    try {
      const result = await work(client)
      isGood = true
      return result
    } catch (error) {
      if (error instanceof NotOurDatabase) throw error
      const fault = faultOf(error)
      isGood = fault.isAnswer
      throw fault
    } finally {
      client.off('error', ignore)
      client.release(!isGood)
    }
  }
}

/** The database is there, but is not what the configuration says. The message tells what to mend. */
export class NotOurDatabase extends Error {
  override readonly name = 'NotOurDatabase'
}

async function query(client: PoolClient, statement: Sql, timeoutMs?: number): Promise<readonly Row[]> {
  const { text, values } = numbered(statement)
  // `query_timeout` of one query is in the driver but not in its types.
  const asked: { text: string; values: unknown[]; query_timeout?: number } = { text, values }
  if (timeoutMs !== undefined) asked.query_timeout = timeoutMs
  return (await client.query<Row>(asked)).rows
}
