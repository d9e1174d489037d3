import { expect, test } from 'vitest'
import { mailboxPagePolicy, renderMailboxPage } from '../../src/pages/mailbox.js'

const NASTY = '</title><script>alert("1")</script>\'&'
const ESCAPED = '&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;'

test('shows the mails, the newest first', () => {
  const page = renderMailboxPage([mail('first'), mail('second')], { nonce: 'abc' })
  expect(page.match(/<h2 id="mail-\d">.*<\/h2>/g)).toEqual(['<h2 id="mail-2">second</h2>', '<h2 id="mail-1">first</h2>'])
  expect(page).toContain('<p>2 messages, the newest first. Nothing on this page was really sent.</p>')
  expect(page).toContain('<dt>Sent</dt><dd><time datetime="2026-01-02T03:04:05.000Z">2026-01-02T03:04:05.000Z</time></dd>')
  expect(page).toContain('<iframe sandbox srcdoc="&lt;p&gt;first&lt;/p&gt;" title="HTML version of: first" loading="lazy"></iframe>')
})

test('shows a text message without an HTML version', () => {
  const page = renderMailboxPage([{ to: '+15550101', text: 'Your code is 1', sentAt: '2026-01-02T03:04:05.000Z' }], { nonce: 'abc' })
  expect(page).toContain('<h2 id="mail-1">Text message</h2>')
  expect(page).toContain('<pre>Your code is 1</pre>\n</article>')
})

test('says so when there is none', () => {
  expect(renderMailboxPage([], { nonce: 'abc', to: 'jdoe@example.com' })).toContain('<h1>Mailbox of jdoe@example.com</h1>')
})

test('escapes everything and needs no script and no style of an element', () => {
  const page = renderMailboxPage([{ to: NASTY, subject: NASTY, text: NASTY, html: NASTY, sentAt: NASTY }], { nonce: 'a"b', to: NASTY })
  expect(page.split(ESCAPED)).toHaveLength(11)
  expect(page).not.toContain(NASTY)
  expect(page).not.toMatch(/<script|style=|onload/i)
  expect(page.match(/<style nonce="[^"]*">/g)).toEqual(['<style nonce="a&quot;b">'])
})

test('SEC-61 has a policy that lets in its own style and nothing else', () => {
  expect(mailboxPagePolicy('abc')).toBe(
    "default-src 'none'; style-src 'nonce-abc'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  )
})

function mail(subject: string) {
  return { to: 'jdoe@example.com', subject, text: subject, html: `<p>${subject}</p>`, sentAt: '2026-01-02T03:04:05.000Z' }
}
