import { createHash } from 'node:crypto'
import { chooseLanguage } from '@rekey/core'
import { escapeHtml } from './escape-html.js'
import { APPROVAL_TEXTS, type ApprovalOutcome, type ApprovalSubject, type ApprovalTexts } from './approval-texts.js'
import type { WireRequest, WireResponse } from './wire.js'

/** A page that asks whoever opened a mailed link to approve. */
export interface ApprovalPage {
  readonly subject: ApprovalSubject
  /** Seconds since the epoch when it was asked for; left out of the page when unknown. */
  readonly askedAt?: number
  /** The link's own token; the form sends it back. */
  readonly token: string
  /** Where the form is sent: a path, or one relative to the page's. */
  readonly action: string
  readonly languages: readonly string[]
}

/** What the form of the page sends back. */
export interface ApprovalForm {
  readonly token: string
  readonly answer: 'approve' | 'deny'
}

/**
 * The page behind a mailed link. Opening it changes nothing, so that programs that open the links of mails spend nothing; a button is
 * pressed to approve, or to say that it was somebody else. It needs no script, loads nothing, and leaves no trace of the token elsewhere.
 */
export function approvalPage({ subject, askedAt, token, action, languages }: ApprovalPage): WireResponse {
  const { language, texts } = textsFor(languages)
  return page(
    200,
    language,
    texts.heading[subject],
    `${askedAt === undefined ? '' : `<p>${escapeHtml(texts.askedAt)} ${timeOf(askedAt, language)}.</p>\n`}<p>${escapeHtml(texts.advice)}</p>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<button name="answer" value="approve">${escapeHtml(texts.approve)}</button>
<button name="answer" value="deny">${escapeHtml(texts.deny)}</button>
</form>`,
  )
}

/** The page that closes it: what became of it, in a friendly way whatever it was. Nobody is signed in by it. */
export function approvalClosing(outcome: ApprovalOutcome, languages: readonly string[]): WireResponse {
  const { language, texts } = textsFor(languages)
  const { heading, text } = texts.outcome[outcome]
  return page(outcome === 'unavailable' ? 503 : 200, language, heading, `<p>${escapeHtml(text)}</p>`)
}

const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;.*)?$/i

/** Reads what the form sent. @returns undefined for anything that the form cannot have sent. */
export function readApprovalForm(request: WireRequest): ApprovalForm | undefined {
  const [type, another] = request.headers.get('content-type') ?? []
  if (type === undefined || another !== undefined || !FORM_TYPE.test(type) || request.body.is !== 'text') return undefined
  const sent = new URLSearchParams(request.body.text)
  const [token, secondToken] = sent.getAll('token')
  const [answer, secondAnswer] = sent.getAll('answer')
  if (token === undefined || secondToken !== undefined || secondAnswer !== undefined) return undefined
  return answer === 'approve' || answer === 'deny' ? { token, answer } : undefined
}

/** The token of a link's query. @returns undefined when it is absent or stands there twice. */
export function approvalToken(request: WireRequest): string | undefined {
  const [token, another] = request.query.flatMap(([name, value]) => (name === 'token' ? [value] : []))
  return another === undefined ? token : undefined
}

function textsFor(languages: readonly string[]): { readonly language: string; readonly texts: ApprovalTexts } {
  const byLanguage: Readonly<Record<string, ApprovalTexts>> = APPROVAL_TEXTS
  const language = chooseLanguage(languages, Object.keys(APPROVAL_TEXTS), 'en')
  return { language, texts: byLanguage[language] ?? APPROVAL_TEXTS.en }
}

/** In universal time, and said so: nobody knows where the reader is. */
function timeOf(seconds: number, language: string): string {
  const date = new Date(seconds * 1000)
  const shown = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(date)
  return `<time datetime="${date.toISOString()}">${escapeHtml(shown)} UTC</time>`
}

const STYLE =
  ':root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}main{max-width:32rem;margin:0 auto;padding:1.5rem}' +
  'form{display:flex;flex-wrap:wrap;gap:1rem}button{font:inherit;padding:.6rem 1.2rem}'

/** The style sheet is let in by its digest, so that pages need nothing random. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

function page(status: number, language: string, heading: string, content: string): WireResponse {
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex',
    },
    body: `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(heading)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(heading)}</h1>
${content}
</main>
</body>
</html>
`,
  }
}
