import type { Mail, Mailer } from '@rekey/core'
import { checkMail } from './check-mail.js'

/** A mail as the mailbox shows it. */
export interface ReceivedMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** ISO 8601, in UTC. */
  readonly sentAt: string
}

export interface MailboxOptions {
  readonly now?: () => Date
  /** Mails that are kept, 500 unless given; the oldest go first. */
  readonly limit?: number
}

/** A mailer that sends nothing: it keeps the last mails in memory, to be read by a developer or a test. */
export class Mailbox implements Mailer {
  readonly #now: () => Date
  readonly #limit: number
  #mails: readonly ReceivedMail[] = []

  constructor(options: MailboxOptions = {}) {
    this.#now = options.now ?? (() => new Date())
    this.#limit = options.limit ?? 500
  }

  async send(mail: Mail): Promise<void> {
    checkMail(mail)
    const { to, subject, text, html } = mail
    this.#mails = [...this.#mails, { to, subject, text, html, sentAt: this.#now().toISOString() }].slice(-this.#limit)
  }

  /**
   * The mails kept, oldest first.
   * @param to only those to this address, in any ASCII case.
   */
  list(to?: string): readonly ReceivedMail[] {
    if (to === undefined) return this.#mails
    return this.#mails.filter((mail) => foldAddress(mail.to) === foldAddress(to))
  }
}

function foldAddress(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
