import { randomBytes } from 'node:crypto'
import { isMail, type ReceivedMessage } from '../adapters/mail/message-log.js'
import { header, type WireRequest } from '../dialect/wire.js'
import type { PlainRoute } from '../http/create-http.js'
import { mailboxPagePolicy, renderMailboxPage } from './mailbox.js'

/** Reads the messages that a developer's server has kept. */
export interface MailboxReader {
  list(to?: string): readonly ReceivedMessage[] | Promise<readonly ReceivedMessage[]>
}

/** `GET /dev/mailbox?to=ADDRESS`, or a telephone number: a page for browsers, for everybody else a JSON array, oldest first. In development only. */
export function mailboxRoutes(mailbox: MailboxReader): readonly PlainRoute[] {
  return [
    {
      method: 'GET',
      path: '/dev/mailbox',
      async handle(request) {
        const to = request.query.find(([name, value]) => name === 'to' && value !== '')?.[1]
        const mails = await mailbox.list(to)
        if (!wantsPage(request)) {
          return {
            status: 200,
            headers: {},
            body: mails.map(asJson),
          }
        }
        const nonce = randomBytes(16).toString('base64')
        return {
          status: 200,
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': mailboxPagePolicy(nonce),
            'Referrer-Policy': 'no-referrer',
          },
          body: renderMailboxPage(mails, { nonce, ...(to !== undefined && { to }) }),
        }
      },
    },
  ]
}

/** A mail has `subject` and `html`, a text message has neither. */
function asJson(message: ReceivedMessage) {
  const { to, text, sentAt } = message
  return isMail(message) ? { to, subject: message.subject, text, html: message.html, sentAt } : { to, text, sentAt }
}

function wantsPage(request: WireRequest): boolean {
  return header(request, 'accept')?.includes('text/html') === true
}
