import { Secret } from '@rekey/core'

/** The form of an answer that is hashed and compared: without blanks around, in lower case, NFC. People do not remember how they wrote it. */
export function answerText(answer: Secret): Secret {
  return new Secret(answer.reveal().trim().toLowerCase().normalize('NFC'))
}
