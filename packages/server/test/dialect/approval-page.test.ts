import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { approvalClosing, approvalPage } from '../../src/dialect/approval-page.js'
import type { WireResponse } from '../../src/dialect/wire.js'

function htmlOf({ body }: WireResponse): string {
  return typeof body === 'string' ? body : 'no page'
}

const PAGE = { subject: 'newPassword', askedAt: 1_767_323_045, token: 'a.b.c', action: 'Approve', languages: ['en'] } as const

test('SEC-61 the page asks, says when, and has two buttons', () => {
  const page = approvalPage(PAGE)
  const { status, headers } = page
  const html = htmlOf(page)
  const style = /<style>(.*)<\/style>/.exec(html)?.[1] ?? ''
  expect({ status, headers }).toEqual({
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex',
    },
  })
  expect(html.slice(html.indexOf('<main>'))).toBe(`<main>
<h1>Set a new password?</h1>
<p>Asked for on <time datetime="2026-01-02T03:04:05.000Z">January 2, 2026 at 3:04 AM UTC</time>.</p>
<p>Approve only what you have asked for yourself a moment ago. If it was not you, say so: the request is ended at once.</p>
<form method="post" action="Approve">
<input type="hidden" name="token" value="a.b.c">
<button name="answer" value="approve">Yes, it was me</button>
<button name="answer" value="deny">No, it was not me</button>
</form>
</main>
</body>
</html>
`)
})

test.for([
  [['de-CH'], 'de', 'Anmelden?'],
  [['fr', 'en'], 'fr', 'Se connecter ?'],
  [['it'], 'en', 'Sign in?'],
] as const)('for %j it is in %s', ([languages, language, heading]) => {
  const body = htmlOf(approvalPage({ ...PAGE, subject: 'signIn', languages }))
  expect([/<html lang="(.*)">/.exec(body)?.[1], /<h1>(.*)<\/h1>/.exec(body)?.[1]]).toEqual([language, heading])
})

test('SEC-39 what came from outside stands there as text', () => {
  const body = htmlOf(approvalPage({ ...PAGE, token: '"><script>alert(1)</script>' }))
  expect(body).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
  expect(body).not.toContain('<script')
})

test.for([
  ['approved', 200, 'Approved'],
  ['denied', 200, 'Ended'],
  ['over', 200, 'Nothing left to approve'],
  ['unavailable', 503, 'Not now'],
] as const)('%s closes it', ([outcome, status, heading]) => {
  const page = approvalClosing(outcome, [])
  expect([page.status, /<h1>(.*)<\/h1>/.exec(htmlOf(page))?.[1]]).toEqual([status, heading])
})
