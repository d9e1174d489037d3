import { DeliveryFault } from '@rekey/core'
import type { Audit, Engine, Letter, Mailer, OutboxConsumer, Sms } from '@rekey/core'
import { BentMail } from '../adapters/mail/check-mail.js'
import { BentText } from '../adapters/sms/check-text.js'
import type { MountedDialect } from '../dialect/dialect.js'
import type { TextBook } from '../adapters/mail/text-book.js'

export interface DeliveryParts {
  readonly engine: Pick<Engine, 'fulfil' | 'resolve'>
  readonly mailer: Mailer
  readonly sms: Sms
  readonly texts: TextBook
  /** By name; a dialect builds the links of its conversations. */
  readonly dialects: ReadonlyMap<string, MountedDialect>
  readonly audit: Audit
  /** What stands behind the `@` of a Message-ID. */
  readonly mailHost: string
  /** Milliseconds since the epoch. */
  now(): number
}

/** Does what commits have owed: sends messages, tells the audit trail, ends bearer tokens, and settles conversations whose holder died. A throw keeps the item owed. */
export function delivery(parts: DeliveryParts): OutboxConsumer {
  return async (item) => {
    if (item.is === 'resolve') return parts.engine.resolve(item.conversation)
    const letter = await parts.engine.fulfil(item.body)
    if (letter) await send(parts, letter)
  }
}

async function send(parts: DeliveryParts, letter: Letter): Promise<void> {
  const note = (event: string, reason?: string) =>
    parts.audit.record({
      event,
      at: Math.floor(parts.now() / 1000),
      dialect: letter.dialect,
      conversation: letter.conversation,
      reason,
      more: { template: letter.message.template },
    })
  if (letter.is !== 'due') {
    note('withheld', letter.is)
    return
  }
  try {
    await handOver(parts, letter)
  } catch (error) {
    const fault = error instanceof BentMail || error instanceof BentText ? new DeliveryFault('bent-address', { isFinal: true }) : error
    if (fault instanceof DeliveryFault && fault.isFinal) note('undeliverable', fault.reason)
    throw fault
  }
  note('sent')
}

async function handOver(parts: DeliveryParts, letter: Extract<Letter, { is: 'due' }>): Promise<void> {
  const { message, code, languages, asked } = letter
  const { token, approval, handles } = letter.link ?? {}
  const link =
    token === undefined || approval === undefined || handles === undefined
      ? undefined
      : parts.dialects.get(letter.dialect)?.link?.(letter.as, token, code?.reveal(), approval, handles)
  const sending = { languages, code, link, asked }
  switch (message.channel) {
    case 'email': {
      const { subject, text, html } = parts.texts.render(message, sending)
      await parts.mailer.send({ to: message.to, subject, text, html, messageId: `<${letter.id}@${parts.mailHost}>` })
      break
    }
    case 'sms': {
      const { text } = parts.texts.renderSms(message, sending)
      await parts.sms.send({ to: message.to, text, messageId: letter.id })
      break
    }
  }
}
