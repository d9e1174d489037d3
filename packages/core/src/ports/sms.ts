import { service } from '../step/service.js'

/** A text message ready to go. */
export interface Text {
  readonly to: string
  readonly text: string
  /** The same on every repetition of the same message. */
  readonly messageId: string
}

/** Sends text messages. A throw means that it was not taken and must be tried again. */
export interface Sms {
  send(text: Text): Promise<void>
}

export const Sms = service<Sms>('Sms')
