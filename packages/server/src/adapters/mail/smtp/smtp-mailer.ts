import { createTransport } from 'nodemailer'
import type { Mail, Mailer } from '@rekey/core'
import type { Provider } from '../../../delivery/in-order.js'
import { checkMail } from '../check-mail.js'
import type { Sender } from './sender.js'
import { smtpFault } from './smtp-fault.js'
import type { SmtpFiles, SmtpSettings, SmtpTls } from './smtp-settings.js'

/** How nodemailer says it. */
const TLS = {
  required: { secure: false, requireTLS: true },
  implicit: { secure: true },
  opportunistic: { secure: false },
  none: { secure: false, ignoreTLS: true },
} as const satisfies Record<SmtpTls, object>

/** Hands mails over to one mail server, over a few connections that stay open. It never logs: the client would write addresses and bodies. */
export class SmtpMailer implements Mailer, Provider<Mail> {
  readonly name: string
  readonly #transport: ReturnType<typeof openTransport>
  readonly #sendMs: number

  constructor(
    settings: SmtpSettings,
    private readonly from: Sender,
    files: SmtpFiles = {},
  ) {
    this.name = settings.name
    this.#sendMs = settings.timeouts.sendMs
    this.#transport = openTransport(settings, files)
  }

  /**
   * @throws BentMail before anything is sent.
   * @throws DeliveryFault when the server refuses it, or does not answer in time; final for a refusal that is for good.
   */
  async send(mail: Mail): Promise<void> {
    checkMail(mail)
    const { to, subject, text, html, messageId } = mail
    try {
      await this.#transport.sendMail({
        from: { ...this.from },
        // As data, and not as text that somebody parses; the envelope says it once more.
        to: { name: '', address: to },
        envelope: { from: this.from.address, to: [to] },
        subject,
        text,
        html,
        messageId,
        // Source: RFC 3834, section 5: so that no absence notice comes back.
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        // The client's own time-outs see silence only, and no server that says a letter now and then.
        signal: AbortSignal.timeout(this.#sendMs),
      })
    } catch (error) {
      throw smtpFault(error)
    }
  }

  /** Ends all connections; a mail that is under way fails. */
  close(): void {
    this.#transport.close({ force: true })
  }
}

function openTransport({ host, port, login, tls, pool, timeouts, dkim }: SmtpSettings, { ca, dkimKey }: SmtpFiles) {
  return createTransport({
    pool: true,
    host,
    port,
    ...TLS[tls],
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
    ...(login && { auth: { user: login.user, pass: login.password.reveal() } }),
    // Who cannot log in must not be let through without.
    forceAuth: login !== undefined,
    maxConnections: pool.connections,
    maxMessages: pool.messages,
    // The outbox tries again; here only a connection that was closed while it was idle is worth another try.
    maxRequeues: 1,
    connectionTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.idleMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    ...(dkim && dkimKey !== undefined && { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkimKey } }),
  })
}
