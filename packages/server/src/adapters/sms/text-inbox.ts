import type { Sms, Text } from '@rekey/core'
import type { MessageLog } from '../mail/message-log.js'
import { checkText } from './check-text.js'

export interface TextInboxOptions {
  readonly now?: () => Date
  /** Where the messages are kept: the log of the mailbox, so that a developer reads both in one place. */
  readonly log: MessageLog
}

/** A sender of text messages that sends nothing and keeps the last ones. */
export class TextInbox implements Sms {
  constructor(private readonly options: TextInboxOptions) {}

  async send(message: Text): Promise<void> {
    checkText(message)
    const sentAt = (this.options.now?.() ?? new Date()).toISOString()
    await this.options.log.append({ to: message.to, text: message.text, sentAt })
  }
}
