import { nearName, type JsonObject } from '@rekey/core'
import { stringify } from 'yaml'
import { secretsOf } from '../../compose/demo-secrets.js'
import { flowsOf } from '../../compose/open-flows.js'
import { publicUrlOf } from '../../config/public-url.js'
import { StartRefused } from '../../config/start-refused.js'
import { openapiDocuments } from '../../openapi/openapi-documents.js'
import { EXIT, type Io } from '../io.js'
import { version } from '../version.js'
import { openWorkspace, printFaults, type ConfigOption } from '../workspace.js'

export interface OpenapiOptions extends ConfigOption {
  readonly dialect?: string
  readonly format: 'yaml' | 'json'
}

/**
 * Prints the OpenAPI documents of the dialects as they are configured: of the one that is named, else of every one that serves a flow. Several
 * are one YAML stream, or one JSON object by the names of the dialects.
 */
export async function openapi(io: Io, { dialect, format, ...options }: OpenapiOptions): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.faults
  }
  const { config, registry } = workspace.value
  const names = config.knownDialects.map(({ name }) => name)
  if (dialect !== undefined && !names.includes(dialect)) {
    io.err(`rekey: ${unknownDialect(dialect, names)}\n`)
    return EXIT.usage
  }
  const found = await flowsOf(config, registry, secretsOf(config, io.env)).catch((error: unknown) => {
    if (error instanceof StartRefused) return error
    throw error
  })
  if (found instanceof StartRefused) {
    printFaults(io, found.faults)
    return EXIT.faults
  }
  const { served: flows } = found
  const documents = openapiDocuments({ config, registry, flows, publicUrl: publicUrlOf(config, config.port), version: version() })
  const wanted = [...documents].filter(([name]) =>
    dialect === undefined ? flows.some(({ speaks }) => speaks.has(name)) : name === dialect,
  )
  io.out(format === 'json' ? inJson(wanted, dialect) : wanted.map(([, document]) => inYaml(document)).join('---\n'))
  return EXIT.good
}

function inJson(documents: readonly (readonly [name: string, document: JsonObject])[], dialect: string | undefined): string {
  const [first] = documents
  return `${JSON.stringify(dialect !== undefined && first ? first[1] : Object.fromEntries(documents), undefined, 2)}\n`
}

/** Without aliases: a schema that stands twice is written twice, as not every reader follows them. */
function inYaml(document: JsonObject): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })
}

function unknownDialect(name: string, known: readonly string[]): string {
  const near = nearName(name, known)
  return `there is no dialect \`${name}\`; ${near === undefined ? `there are ${known.map((one) => `\`${one}\``).join(', ')}` : `did you mean \`${near}\`?`}`
}
