import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'

/** Hashes that cost next to nothing, for tests that are not about cost. */
export function cheapHasher(): PasswordHasher {
  return new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } })
}
