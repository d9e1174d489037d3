import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const sources = new URL('../../src/', import.meta.url)

/** What Koa and Node tell of where a caller thinks that they are, which callers make up. */
const TOLD_BY_CALLERS =
  /\b(?:ctx|context|request|req)\.(?:host|hostname|origin|URL|href|protocol|secure|ips?|subdomains)\b|redirect\('back'/

/** Names of headers that say so as well. */
const HEADERS = /'(?:host|:authority|forwarded|x-forwarded-[a-z]*|x-real-ip|referer)'/

/** The places that may look: for the client's address, for a doubled host, and whether a development page was asked for under another name. */
const MAY_LOOK = ['http/create-http.ts', 'pages/developer-paths.ts']

test('SEC-34 SEC-44 what callers say about hosts is read in two places, neither of which makes a link', async () => {
  const paths = (await readdir(sources, { recursive: true })).filter((path) => path.endsWith('.ts')).sort()
  const reading = []
  for (const path of paths) {
    const text = await readFile(new URL(path, sources), 'utf8')
    if (TOLD_BY_CALLERS.test(text) || HEADERS.test(text)) reading.push(path)
  }
  expect(paths.length).toBeGreaterThan(100)
  expect(reading.filter((path) => !path.startsWith('config/') && !path.startsWith('adapters/'))).toEqual(MAY_LOOK)
})

test.for(['const url = ctx.origin', "context.redirect('back')", "headers.get('x-forwarded-host')", "header(request, 'referer')"])(
  'the search sees `%s`',
  (line) => {
    expect(TOLD_BY_CALLERS.test(line) || HEADERS.test(line)).toBe(true)
  },
)
