import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { escapeHtml } from '../dialect/escape-html.js'

/**
 * The page on which a developer reads which calls there are: without script, nothing loaded from anywhere, everything escaped.
 * @param documents by the name of the dialect.
 * @param nonce random for each response; it stands in the content security policy too and lets the one style sheet in.
 */
export function renderOpenapiPage(documents: ReadonlyMap<string, JsonObject>, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interfaces of this server</title>
<style nonce="${escapeHtml(nonce)}">${STYLE}</style>
</head>
<body>
<main>
<h1>Interfaces of this server</h1>
<p>Each dialect as it is configured, with the flows that it serves. The documents are OpenAPI 3.1.</p>
${[...documents].map(([name, document]) => renderDialect(name, document)).join('\n')}
</main>
</body>
</html>
`
}

/** The content security policy that belongs to the page. */
export function openapiPagePolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

function renderDialect(name: string, document: JsonObject): string {
  const address = `/dev/openapi/${encodeURIComponent(name)}.json`
  const shared = objectIn(objectIn(document['components'])['responses'])
  const operations = Object.entries(objectIn(document['paths'])).flatMap(([path, item]) =>
    Object.entries(objectIn(item)).map(([method, operation]) => renderOperation(method, path, objectIn(operation), shared)),
  )
  const tags = Array.isArray(document['tags']) ? document['tags'].map((tag: Json) => textIn(objectIn(tag)['name'])) : []
  return `<section aria-labelledby="${escapeHtml(name)}">
<h2 id="${escapeHtml(name)}">${escapeHtml(name)}</h2>
<p>${tags.length === 0 ? 'No flow is served under this dialect.' : `Flows: ${tags.map((tag) => `<code>${escapeHtml(tag)}</code>`).join(', ')}.`} <a href="${escapeHtml(address)}">${escapeHtml(`${name}.json`)}</a></p>
${operations.join('\n')}
</section>`
}

function renderOperation(method: string, path: string, operation: JsonObject, shared: JsonObject): string {
  const body = objectIn(objectIn(operation['requestBody'])['content'])
  const answers = Object.entries(objectIn(operation['responses'])).map(
    ([status, answer]) => `<dt>${escapeHtml(status)}</dt><dd>${escapeHtml(textIn(followed(answer, shared)['description']))}</dd>`,
  )
  return `<details>
<summary><code>${escapeHtml(method.toUpperCase())} ${escapeHtml(path)}</code> ${escapeHtml(textIn(operation['summary']))}</summary>
${Object.entries(body).map(renderSchema).slice(0, 1).join('')}<dl>${answers.join('')}</dl>
</details>`
}

/** The first content type stands for the others, which carry the same. */
function renderSchema([type, content]: readonly [string, Json]): string {
  const schema = JSON.stringify(objectIn(content)['schema'], undefined, 2)
  return `<p>Takes <code>${escapeHtml(type)}</code>:</p>
<pre>${escapeHtml(schema)}</pre>
`
}

/** A response that several operations have stands once, and is referred to. */
function followed(response: Json, shared: JsonObject): JsonObject {
  const name = /^#\/components\/responses\/(.+)$/.exec(textIn(objectIn(response)['$ref']))?.[1]
  return name === undefined ? objectIn(response) : objectIn(shared[name])
}

function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 56rem; margin: 0 auto; padding: 1rem }
section { border-top: 1px solid; padding: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 }
details { margin: .25rem 0 }
summary { overflow-wrap: anywhere; cursor: pointer }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0 }
dd { margin: 0; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; border-inline-start: 2px solid; padding-inline-start: .75rem }
`
