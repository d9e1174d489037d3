import { now, pause } from './clock.mjs'
import { HistoryReader } from './history-file.mjs'

/** The mails that the mail server has taken, as people read them. */
export class Mailbox {
  #reader
  /** @type {Map<string, any[]>} */
  #mails = new Map()
  #codes = ['00000000']

  /** @param {string} file */
  constructor(file) {
    this.#reader = new HistoryReader(file)
  }

  /** @param {string} address */
  of(address) {
    for (const mail of this.#reader.more()) {
      const box = this.#mails.get(mail.to) ?? []
      this.#mails.set(mail.to, [...box, mail])
      if (mail.kind === 'code') this.#codes = [...this.#codes.slice(-20), mail.code]
    }
    return this.#mails.get(address) ?? []
  }

  /** @returns the first mail with a code that the filter takes, or undefined when none came. @param {string} address */
  async codeMail(address, filter, patienceMs) {
    const end = now() + patienceMs
    for (;;) {
      const mail = this.of(address).find((one) => one.kind === 'code' && filter(one))
      if (mail !== undefined || now() > end) return mail
      await pause(100)
    }
  }

  /** Codes that other people were mailed lately. */
  get lately() {
    return this.#codes
  }
}
