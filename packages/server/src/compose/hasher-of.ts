import type { Logger } from 'pino'
import type { HashFinding } from '../adapters/passwords/password-form.js'
import { PasswordHasher } from '../adapters/passwords/password-hasher.js'
import type { HashingSettings } from '../config/config.js'

/** The one line in which all passwords of a process are hashed. */
export function hasherOf({ concurrency, queue, older, ...cost }: HashingSettings, log?: Logger): PasswordHasher {
  return new PasswordHasher({
    cost,
    ...(concurrency !== undefined && { concurrency }),
    maxWaiting: queue,
    older,
    ...(log && { report: (finding) => log.warn(finding, WORDS[finding.is]) }),
  })
}

const WORDS = {
  unreadable: 'somebody has a hash that is not read: their password is never right',
  unlisted: 'somebody has a hash of another cost than `passwords.hashing` says and `older` names: time tells that they exist',
} as const satisfies Record<HashFinding['is'], string>
