import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../src/dialects/index.js'
import { renderOpenapiPage } from '../../src/pages/openapi-page.js'
import { valuesOf } from '../wire/call.js'
import { wireServer, type WireServer } from '../wire/server.js'

describe('in development', () => {
  let server: WireServer
  beforeAll(async () => {
    server = await wireServer()
  })
  afterAll(() => server.close())

  test('a page without script lists every dialect, its calls and its document', async () => {
    const page = await server.client.get('/dev/openapi')
    expect([page.status, valuesOf(page, 'Content-Type')]).toEqual([200, ['text/html; charset=utf-8']])
    const [policy = ''] = valuesOf(page, 'Content-Security-Policy')
    const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
    expect(policy).toBe(`default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`)
    expect(page.text).toContain(`<style nonce="${nonce}">`)
    expect(page.text).not.toMatch(/<script|<link|<img|\bon\w+=|https?:\/\/(?!json-schema\.org)/i)
    for (const { name } of dialects) expect(page.text).toContain(`href="/dev/openapi/${name}.json"`)
    expect(page.text).toContain('POST /openidm/selfservice/reset</code>')
    expect(page.text).toContain('<dt>503</dt><dd>Service unavailable</dd>')
    expect(page.text).not.toContain('<dd></dd>')
  })

  test.for(['/dev/openapi/other.json', '/dev/openapi/forgerock', '/dev/openapi/.json', '/dev/openapi/__proto__.json'])(
    '%s is not there',
    async (path) => {
      const { status, text } = await server.client.get(path)
      expect([status, text]).toEqual([404, '{"type":"urn:rekey:not-found","title":"Not Found","status":404}'])
    },
  )

  test('SEC-78 who comes under another name does not learn of it', async () => {
    const answers = await Promise.all(
      ['/dev/openapi', '/dev/openapi/forgerock.json'].map((path) => server.client.get(path, { Host: 'evil.example' })),
    )
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
  })
})

test('SEC-78 outside of development there is neither page nor document', async () => {
  const server = await wireServer({ config: { dev: false, directory: { seed: 'none' } } })
  try {
    const answers = await Promise.all(['/dev/openapi', '/dev/openapi/forgerock.json'].map((path) => server.client.get(path)))
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
  } finally {
    await server.close()
  }
})

test('what documents hold is escaped', () => {
  const evil = '"><script>alert(1)</script>'
  const operation = {
    summary: evil,
    requestBody: { content: { [evil]: { schema: { title: evil } } } },
    responses: { [evil]: { description: evil } },
  }
  const page = renderOpenapiPage(new Map([[evil, { tags: [{ name: evil }], paths: { [evil]: { [evil]: operation } } }]]), 'nonce')
  expect(page).not.toContain('<script')
  expect(page.match(/&lt;script/gi)?.length).toBeGreaterThan(8)
})
