import type { Mailer, Sms } from '@rekey/core'
import type { Logger } from 'pino'
import { FileMessageLog } from '../adapters/mail/file-message-log.js'
import { Mailbox } from '../adapters/mail/mailbox.js'
import { MemoryMessageLog } from '../adapters/mail/message-log.js'
import { readSmtpFiles, SmtpFileFault } from '../adapters/mail/smtp/read-smtp-files.js'
import { readSender } from '../adapters/mail/smtp/sender.js'
import { SmtpMailer } from '../adapters/mail/smtp/smtp-mailer.js'
import { HttpSms } from '../adapters/sms/http-sms.js'
import { TextInbox } from '../adapters/sms/text-inbox.js'
import type { Config } from '../config/config.js'
import { InOrder } from '../delivery/in-order.js'
import { CannotOpen } from './cannot-open.js'
import type { Closers } from './ports.js'

export interface Senders {
  /** What holds the mails that nobody sends. */
  readonly mailbox: Mailbox
  readonly mailer: Mailer
  readonly sms: Sms
}

/**
 * What takes mails and text messages. Only in development are they written to a file: codes stand in them.
 * @throws CannotOpen for a file of certificates or keys that does not hold what it should.
 */
export async function openSenders(
  { dev, mail, sms }: Pick<Config, 'dev' | 'mail' | 'sms'>,
  { log, closers }: { readonly log: Pick<Logger, 'warn'>; readonly closers: Closers },
): Promise<Senders> {
  const messages = dev && mail.mailbox ? new FileMessageLog(mail.file) : new MemoryMessageLog()
  const mailbox = new Mailbox({ log: messages })
  const servers = await mailServers(mail, closers)
  const inOrder = { report: (provider: string, reason: string) => log.warn({ provider, reason }, 'a provider did not take a message') }
  return {
    mailbox,
    mailer: servers.length === 0 ? mailbox : new InOrder(servers, inOrder),
    sms:
      sms.providers.length === 0
        ? new TextInbox({ log: messages })
        : new InOrder(
            sms.providers.map((provider) => new HttpSms(provider)),
            inOrder,
          ),
  }
}

async function mailServers({ providers, from }: Config['mail'], closers: Closers): Promise<readonly SmtpMailer[]> {
  try {
    const files = await Promise.all(providers.map((provider) => readSmtpFiles(provider)))
    const mailers = providers.map((provider, at) => new SmtpMailer(provider, readSender(from), files[at]))
    closers.push(() => mailers.forEach((mailer) => mailer.close()))
    return mailers
  } catch (error) {
    throw error instanceof SmtpFileFault ? new CannotOpen(error.message, { cause: error }) : error
  }
}
