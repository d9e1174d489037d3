import type { Mail, Mailer } from '@rekey/core'
import { checkMail } from './check-mail.js'
import { MemoryMessageLog, type MessageLog, type ReceivedMessage } from './message-log.js'

export interface MailboxOptions {
  readonly now?: () => Date
  /** Where mails are kept; in memory unless given. */
  readonly log?: MessageLog
}

/** A mailer that sends nothing: it keeps the last mails, to be read by a developer or a test. */
export class Mailbox implements Mailer {
  readonly #now: () => Date
  readonly #log: MessageLog

  constructor(options: MailboxOptions = {}) {
    this.#now = options.now ?? (() => new Date())
    this.#log = options.log ?? new MemoryMessageLog()
  }

  async send(mail: Mail): Promise<void> {
    checkMail(mail)
    const { to, subject, text, html } = mail
    await this.#log.append({ to, subject, text, html, sentAt: this.#now().toISOString() })
  }

  /**
   * The messages kept, oldest first: mails, and text messages where both are kept in one log.
   * @param to only those to this address or telephone number, in any ASCII case.
   */
  async list(to?: string): Promise<readonly ReceivedMessage[]> {
    const messages = await this.#log.list()
    return to === undefined ? messages : messages.filter((message) => foldAddress(message.to) === foldAddress(to))
  }
}

function foldAddress(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
