import type { Properties, Schema } from '@rekey/core'
import { GENERATED_NOTE, isGroup, settingsTable } from './markdown.js'
import { CONFIG_CODES } from './codes.js'
import { configSchema } from './schema.js'
import type { DialectSettings } from './schema.js'

const OPENING = `# Configuration

Rekey reads one YAML file, \`rekey.yaml\` in the working directory, or the file that \`REKEY_CONFIG\` or \`--config\` names. Every key is
optional; without a file the server runs on the defaults below.

- Relative paths count from the folder of the file; without a file, from the working directory.
- \`\${NAME}\` inside a text stands for an environment variable. One that is not set, or empty, is a fault; \`$\${\` is a literal \`\${\`.
- \`PORT\`, \`HOST\` and \`REDIS_URL\` override \`port\`, \`host\` and \`store.redis\`; \`--port\` and \`--host\` override those, and \`--processes\` overrides \`processes\`.
- The server does not start on a faulty file. \`npm run rekey -- check\` reports the same faults and starts nothing.
- \`npm run -s rekey -- schema config\` prints a JSON Schema of the file for editors.

\`\`\`yaml
# rekey.yaml of two processes behind a proxy
host: 0.0.0.0
publicUrl: https://id.example.com
flows: ./flows
store:
  redis: \${REDIS_URL}
directory:
  file: /var/lib/rekey/directory.db
  seed: ./people.yaml
keys:
  signing:
    - id: '2026-11'
      secret: \${REKEY_KEY_2026_11}
  stable: \${REKEY_STABLE_KEY}
trustedProxies: [10.0.0.0/8]
\`\`\`
`

/** The reference of the configuration as Markdown, from its schema and the list of its faults. */
export function configReference(dialects: readonly DialectSettings[]): string {
  const schema = configSchema(dialects)
  return `${GENERATED_NOTE}\n\n${[OPENING, ...section('Keys', schema, []), ...faults()].join('\n')}\n`
}

function section(title: string, schema: Schema & { readonly properties: Properties }, path: readonly string[]): readonly string[] {
  const groups = Object.entries(schema.properties).flatMap(([name, below]) => {
    if (isGroup(below)) return section(`\`${[...path, name].join('.')}\``, below, [...path, name])
    if (below.items && isGroup(below.items)) return section(`\`${[...path, name].join('.')}[]\``, below.items, [...path, name])
    const { additionalProperties: each } = below
    return typeof each === 'object' && isGroup(each)
      ? section(`\`${[...path, name].join('.')}.<name>\``, each, [...path, name, '<name>'])
      : []
  })
  const said = path.length === 0 ? [] : [schema.description ?? '', '']
  const table = settingsTable(schema.properties, schema.required)
  return [`##${path.length === 0 ? '' : '#'} ${title}`, '', ...said, ...(table.length > 0 ? [...table, ''] : []), ...groups]
}

function faults(): readonly string[] {
  const rows = Object.entries(CONFIG_CODES).map(([code, { means, repair }]) => `| \`${code}\` | ${means} | ${repair} |`)
  return ['## Faults', '', '| code | means | repair |', '| --- | --- | --- |', ...rows]
}
