import type { CompiledFlow, JsonObject, Registry } from '@rekey/core'
import type { Config } from '../config/config.js'
import { openapiDocument } from './openapi-document.js'

export interface DescribedServer {
  readonly config: Config
  readonly registry: Registry
  /** The flows that are served. */
  readonly flows: readonly CompiledFlow[]
  readonly publicUrl: string
  readonly version: string
}

/** The OpenAPI document of every dialect that the configuration knows, by name, in the order in which reports name them. */
export function openapiDocuments({ config, ...server }: DescribedServer): ReadonlyMap<string, JsonObject> {
  return new Map(
    config.knownDialects.map((dialect) => [
      dialect.name,
      openapiDocument({ ...server, dialect, settings: config.dialects[dialect.name] ?? {} }),
    ]),
  )
}
