import { resolve } from 'node:path'
import { durationSeconds, Secret } from '@rekey/core'
import type { PostgresSettings } from '../adapters/directory/postgres/settings.js'
import type { FilledConfig } from './schema.js'

/** The settings of the directory in PostgreSQL. @param folder that relative paths count from. */
export function resolvePostgres(filled: NonNullable<FilledConfig['directory']['postgres']>, folder: string): PostgresSettings {
  const { url, ca, connectTimeout, queryTimeout, ...rest } = filled
  return {
    ...rest,
    url: new Secret(url),
    ...(ca !== undefined && { caFile: resolve(folder, ca) }),
    connectTimeoutMs: durationSeconds(connectTimeout) * 1_000,
    queryTimeoutMs: durationSeconds(queryTimeout) * 1_000,
  }
}
