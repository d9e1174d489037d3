import { isJsonObject, type CompiledFlow, type JsonObject, type Registry } from '@rekey/core'
import type { Dialect, MountedDialect } from '../dialect/dialect.js'
import type { DescribedFlow, OpenapiPart } from '../dialect/openapi.js'
import { describedFlows } from './described-flows.js'
import { partFromRoutes } from './part-from-routes.js'
import { sharedResponses } from './shared-responses.js'

export interface OpenapiNeeds {
  readonly dialect: Dialect
  /** Settings after defaults. */
  readonly settings: JsonObject
  readonly publicUrl: string
  /** The flows that are served, whatever dialects they speak. */
  readonly flows: readonly CompiledFlow[]
  readonly registry: Registry
  /** Of this program. */
  readonly version: string
}

/**
 * The OpenAPI document of one dialect as it is configured: its prefixes, the flows it serves, and what each of their steps asks. A dialect
 * that does not describe itself is listed by its routes.
 * Source: OpenAPI Specification 3.1.1.
 */
export function openapiDocument({ dialect, settings, publicUrl, flows, registry, version }: OpenapiNeeds): JsonObject {
  const described = describedFlows(dialect.name, flows, registry)
  const part = dialect.openapi?.({ settings, publicUrl, flows: described }) ?? partFromRoutes(mountedAt(dialect, settings, publicUrl))
  const { paths, responses } = sharedResponses(named(part.paths))
  return {
    openapi: '3.1.1',
    info: {
      title: `Rekey over ${dialect.name}`,
      version,
      description: [part.description, served(described)].filter((text) => text !== undefined).join('\n\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    ...(described.length > 0 && {
      tags: described.map(({ id, title }) => ({ name: id, ...(title !== undefined && { description: title }) })),
    }),
    paths,
    components: {
      ...(Object.keys(responses).length > 0 && { responses }),
      ...(part.schemas && { schemas: part.schemas }),
      ...(part.securitySchemes && { securitySchemes: part.securitySchemes }),
    },
  }
}

function served(flows: readonly DescribedFlow[]): string {
  if (flows.length === 0) return 'No flow is served under this dialect.'
  return [
    'Flows:',
    '',
    ...flows.map(({ id, as, title }) => `- \`${id}\`${as === id ? '' : ` as \`${as}\``}${title === undefined ? '' : `: ${title}`}`),
  ].join('\n')
}

/** Gives every operation an id from its method and path. */
function named(paths: OpenapiPart['paths']): JsonObject {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [
          method,
          isJsonObject(operation)
            ? { operationId: `${method} ${path}`.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, ''), ...operation }
            : operation,
        ]),
      ),
    ]),
  )
}

/** Mounting is pure; the routes are all that is looked at. */
function mountedAt(dialect: Dialect, settings: JsonObject, publicUrl: string): MountedDialect {
  return dialect.mount(settings, { publicUrl, options: () => undefined, passwordRules: () => [], sign: () => new Uint8Array(32) })
}
