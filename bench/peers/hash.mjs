import { DEFAULT_HASH_COST, PasswordHasher } from '../../packages/server/dist/adapters/passwords/password-hasher.js'
import { Secret } from '../../packages/core/dist/index.js'

/** As our server hashes by default. @param {string} text @returns {Promise<string>} */
export function hash(text) {
  return new PasswordHasher({ cost: DEFAULT_HASH_COST }).hash(new Secret(text))
}
