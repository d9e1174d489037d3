import { service } from '../step/service.js'

/** A mail ready to go. `to` is one address as the directory spells it. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The same on every repetition of the same mail. */
  readonly messageId: string
}

/** Sends mail. A throw means that it was not taken and must be tried again. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}

export const Mailer = service<Mailer>('Mailer')
