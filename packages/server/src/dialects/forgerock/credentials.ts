import { hash } from 'node:crypto'

/** A user name and a password, as a caller sends them. */
export interface Credentials {
  readonly userName: string
  readonly password: string
}

/** What pairs are compared by: of one length, so that the time tells nothing of the texts. The length of the name tells where it ends. */
export function digestOf({ userName, password }: Credentials): Uint8Array {
  return Buffer.from(hash('sha256', `${userName.length}:${userName}${password}`))
}
