import { randomBytes } from 'node:crypto'
import { Secret } from '@rekey/core'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { PostgresSettings } from '../../../../src/adapters/directory/postgres/settings.js'

/** Address of the PostgreSQL of this run. @throws Error that tells what to install where there is none. */
export function postgresUrl(): string {
  const fault = inject('postgresFault')
  if (fault !== '') throw new Error(fault)
  return inject('postgresUrl')
}

/** A name of a schema that nobody has. */
export function freshSchema(): string {
  return `t_${randomBytes(8).toString('hex')}`
}

/** Settings for the PostgreSQL of this run, with the defaults of the configuration. */
export function settings(given: Partial<Omit<PostgresSettings, 'url'>> & { readonly url?: string } = {}): PostgresSettings {
  const { url = postgresUrl(), ...rest } = given
  return {
    url: new Secret(url),
    connections: 4,
    connectTimeoutMs: 3_000,
    queryTimeoutMs: 5_000,
    schema: 'rekey',
    migrate: 'start',
    refusals: {},
    ...rest,
  }
}

/** Runs statements as the administrator of a database. */
export async function administer(
  text: string,
  { url = postgresUrl() }: { readonly url?: string } = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const result = await client.query<Readonly<Record<string, unknown>>>(text)
    return result.rows ?? []
  } finally {
    await client.end()
  }
}

export async function dropSchema(schema: string): Promise<void> {
  await administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
}
