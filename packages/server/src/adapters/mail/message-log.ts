/** A mail as the mailbox shows it. */
export interface ReceivedMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** ISO 8601, in UTC. */
  readonly sentAt: string
}

/** A text message as the mailbox shows it. */
export interface ReceivedText {
  readonly to: string
  readonly text: string
  /** ISO 8601, in UTC. */
  readonly sentAt: string
}

export type ReceivedMessage = ReceivedMail | ReceivedText

/** True for a mail, false for a text message. */
export function isMail(message: ReceivedMessage): message is ReceivedMail {
  return 'subject' in message
}

/** Where the messages of a developer's server are kept. */
export interface MessageLog {
  append(message: ReceivedMessage): Promise<void>
  /** Oldest first. */
  list(): Promise<readonly ReceivedMessage[]>
}

/** Keeps the last messages in this process. */
export class MemoryMessageLog implements MessageLog {
  #messages: readonly ReceivedMessage[] = []

  /** @param limit messages that are kept; the oldest go first. */
  constructor(private readonly limit = 500) {}

  async append(message: ReceivedMessage): Promise<void> {
    this.#messages = [...this.#messages, message].slice(-this.limit)
  }

  async list(): Promise<readonly ReceivedMessage[]> {
    return this.#messages
  }
}
