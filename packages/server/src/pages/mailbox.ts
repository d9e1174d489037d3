import { isMail, type ReceivedMail, type ReceivedMessage } from '../adapters/mail/message-log.js'
import { escapeHtml } from '../dialect/escape-html.js'

export interface MailboxPage {
  /** Random for each response; it stands in the content security policy too and lets the one style sheet in. */
  readonly nonce: string
  /** The address whose mails are shown, when not all are. */
  readonly to?: string
}

/**
 * The page on which a developer reads what the server has sent: newest first, without script, everything escaped. The HTML version of a
 * mail stands in a frame that may do nothing.
 * @param messages oldest first, as the mailbox lists them.
 */
export function renderMailboxPage(messages: readonly ReceivedMessage[], { nonce, to }: MailboxPage): string {
  const title = to === undefined ? 'Mailbox' : `Mailbox of ${to}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${escapeHtml(nonce)}">${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<form method="get">
<label for="to">Only messages to</label>
<input id="to" name="to" type="text" autocomplete="off" value="${escapeHtml(to ?? '')}">
<button>Show</button>
</form>
<p>${messages.length === 1 ? '1 message' : `${messages.length} messages`}, the newest first. Nothing on this page was really sent.</p>
${messages.map(renderMessage).toReversed().join('\n')}
</main>
</body>
</html>
`
}

/** The content security policy that belongs to the page. */
export function mailboxPagePolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
}

function renderMessage(message: ReceivedMessage, at: number): string {
  const id = `mail-${at + 1}`
  const { to, text, sentAt } = message
  const title = isMail(message) ? message.subject : 'Text message'
  return `<article aria-labelledby="${id}">
<h2 id="${id}">${escapeHtml(title)}</h2>
<dl>
<dt>To</dt><dd>${escapeHtml(to)}</dd>
<dt>Sent</dt><dd><time datetime="${escapeHtml(sentAt)}">${escapeHtml(sentAt)}</time></dd>
</dl>
<pre>${escapeHtml(text)}</pre>${isMail(message) ? renderHtml(message) : ''}
</article>`
}

function renderHtml({ subject, html }: ReceivedMail): string {
  return `
<details>
<summary>HTML version</summary>
<iframe sandbox srcdoc="${escapeHtml(html)}" title="HTML version of: ${escapeHtml(subject)}" loading="lazy"></iframe>
</details>`
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 48rem; margin: 0 auto; padding: 1rem }
article { border-top: 1px solid; padding: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0 }
dd { margin: 0; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
iframe { width: 100%; height: 20rem; border: 1px solid; background: #fff }
`
