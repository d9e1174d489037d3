import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type JsonObject } from '@rekey/core'

/** A span as a collector is told. */
export interface ToldSpan {
  readonly traceId: string
  readonly spanId: string
  /** Empty for the first of a trace. */
  readonly parentSpanId: string
  readonly name: string
  /** As in OTLP: 1 internal, 2 server, 3 client, 5 consumer. */
  readonly kind: number
  readonly words: Readonly<Record<string, string>>
  /** 2 for a fault, 0 for everything else. */
  readonly status: number
  /** Traces that it is linked to. */
  readonly links: readonly string[]
}

export type Manner = 'takes' | 'refuses' | 'redirects' | 'never answers'

/** A collector of OTLP as JSON over HTTP: it keeps all that it is sent, and the headers. */
export interface Collector {
  readonly url: string
  readonly bodies: readonly string[]
  readonly headers: readonly string[]
  /** Spans so far, in the order in which they came. */
  spans(): readonly ToldSpan[]
  /** Calls that were open at once at the most. */
  mostOpen(): number
  behave(manner: Manner): void
  close(): Promise<void>
}

export async function collector(manner: Manner = 'takes'): Promise<Collector> {
  const bodies: string[] = []
  const headers: string[] = []
  const waiting: (() => void)[] = []
  let now = manner
  let open = 0
  let most = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    most = Math.max(most, (open += 1))
    response.once('close', () => (open -= 1))
    headers.push(JSON.stringify(request.rawHeaders))
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url !== '/v1/traces') bodies.push(`{"elsewhere":"${request.url}"}`)
      else bodies.push(Buffer.concat(chunks).toString('utf8'))
      const answer = (status: number, more: Record<string, string> = {}) =>
        response.writeHead(status, { 'Content-Type': 'application/json', ...more }).end('{}')
      if (now === 'never answers') waiting.push(() => answer(200))
      else if (now === 'redirects') answer(307, { Location: '/elsewhere' })
      else answer(now === 'takes' ? 200 : 400)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    bodies,
    headers,
    spans: () => bodies.flatMap((body) => spansIn(JSON.parse(body) as JsonObject)),
    mostOpen: () => most,
    behave(next) {
      now = next
      if (next !== 'never answers') for (const answer of waiting.splice(0)) answer()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function spansIn(body: JsonObject): readonly ToldSpan[] {
  return objects(body['resourceSpans']).flatMap((resource) =>
    objects(resource['scopeSpans']).flatMap((scope) => objects(scope['spans']).map(readSpan)),
  )
}

function readSpan(span: JsonObject): ToldSpan {
  const { code } = isJsonObject(span['status']) ? span['status'] : {}
  return {
    traceId: text(span['traceId']),
    spanId: text(span['spanId']),
    parentSpanId: text(span['parentSpanId']),
    name: text(span['name']),
    kind: Number(span['kind']),
    words: Object.fromEntries(
      objects(span['attributes']).map(({ key, value }) => [text(key), isJsonObject(value) ? text(value['stringValue']) : '']),
    ),
    status: Number(code ?? 0),
    links: objects(span['links']).map(({ traceId }) => text(traceId)),
  }
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A span and what is below it: its name, its words without the id of the request, and its children in the order of their names. */
export interface Tree {
  readonly span: string
  readonly below: readonly Tree[]
}

/** Every trace as a tree. */
export function trees(spans: readonly ToldSpan[]): readonly Tree[] {
  const told = new Set(spans.map(({ spanId }) => spanId))
  return treesOf(
    spans,
    spans.filter(({ parentSpanId }) => !told.has(parentSpanId)),
  )
}

function treesOf(all: readonly ToldSpan[], roots: readonly ToldSpan[]): readonly Tree[] {
  return roots
    .map((root) => ({
      span: shown(root),
      below: treesOf(
        all,
        all.filter(({ parentSpanId }) => parentSpanId === root.spanId),
      ),
    }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

function shown({ name, kind, words, status, links }: ToldSpan): string {
  const { 'rekey.request': _id, ...rest } = words
  return [name, kind, JSON.stringify(rest), status, links.length].join(' ')
}
