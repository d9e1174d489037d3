import { EventEmitter, once } from 'node:events'
import type { PasswordForm } from '../../../src/adapters/passwords/password-form.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'

/** The cost to which hashes are made again. */
export const DEARER = { memoryKiB: 16, passes: 2, lanes: 1 }

/** How a hash of that cost begins. */
export const TODAY = '$argon2id$v=19$m=16,t=2,p=1$'

/** `Passw0rd1` as other programs keep it. */
export const OLDER_HASHES = {
  bcrypt: '$2b$04$abcdefghijklmnopqrstuu4w1/80oeu9VzRq8f5uLr6ax5aFDuxjK',
  sha512crypt: '$6$rounds=1000$saltstring$NOC8DOmZOSehRu.V3B1byzbVtT0uoRObCjjoR09J4xZXcBmXTbQxRgBdgm4Xfe2Fxut70b8wAXTcCAqvDugg4.',
  pbkdf2: '$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$Xrl4IWbYawJycE8IfwXibVTiDgPDV7mxqacS010y.L4',
  scrypt: '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$HINGaxftfwQ+ptrS5b/d+N05qgO/dmfB7F+2f0rUdUo',
} as const

/** A real hasher at `DEARER` whose first new hash waits to be let go, so that a test decides what comes between. */
export class HeldHasher extends PasswordHasher implements PasswordForm {
  readonly #gate = new EventEmitter()
  readonly #begun = once(this.#gate, 'begun')
  readonly #held = once(this.#gate, 'go')
  #made = 0

  constructor() {
    super({ cost: DEARER })
  }

  override async hash(...[secret]: Parameters<PasswordHasher['hash']>): Promise<string> {
    this.#made += 1
    if (this.#made > 1) return super.hash(secret)
    this.#gate.emit('begun')
    await this.#held
    return super.hash(secret)
  }

  /** Ends when the first new hash is asked for. */
  async begun(): Promise<void> {
    await this.#begun
  }

  letGo(): void {
    this.#gate.emit('go')
  }
}
