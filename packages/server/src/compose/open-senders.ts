import type { Sms } from '@rekey/core'
import { FileMessageLog } from '../adapters/mail/file-message-log.js'
import { Mailbox } from '../adapters/mail/mailbox.js'
import { MemoryMessageLog } from '../adapters/mail/message-log.js'
import { HttpSms } from '../adapters/sms/http-sms.js'
import { TextInbox } from '../adapters/sms/text-inbox.js'
import type { Config } from '../config/config.js'

export interface Senders {
  readonly mailbox: Mailbox
  readonly sms: Sms
}

/** What takes mails and text messages. Only in development are they written to a file: codes stand in them. */
export function openSenders({ dev, mail, sms }: Config): Senders {
  const log = dev && mail.mailbox ? new FileMessageLog(mail.file) : new MemoryMessageLog()
  return { mailbox: new Mailbox({ log }), sms: sms.is === 'http' ? new HttpSms(sms) : new TextInbox({ log }) }
}
