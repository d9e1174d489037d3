import { randomBytes } from 'node:crypto'

/** A version no credential had before: random, so that it tells nothing of how often a password was changed. */
export function randomVersion(): string {
  return randomBytes(16).toString('base64url')
}
