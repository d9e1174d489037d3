import { durationSeconds } from '@rekey/core'
import { isKnownFront } from '../adapters/passwords/password-hasher.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigSource } from './source.js'
import { isCallable } from './web-address.js'

/** Longest time that a call to the service may be told to take: a person is waiting, and a change must be over before its claim is. */
const MAX_TIMEOUT_SECONDS = 10

/** Checks what the schema cannot say of `passwords`. */
export function checkPasswords({ passwords }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  passwords.hashing.older.forEach((front, index) => {
    if (isKnownFront(front)) return
    faults.push(
      source.fault('config-value', ['passwords', 'hashing', 'older', index], {
        message: 'no hashes that are read begin like this, or they cost more than is read',
        help: 'take a stored hash up to its salt, the last `$` included: `$2b$12$`, `$6$rounds=5000$`, `pbkdf2_sha256$600000$`',
      }),
    )
  })
  const { breached } = passwords
  if (breached === undefined) return faults
  const here = ['passwords', 'breached'] as const
  const { range, file } = breached
  if ((range === undefined) === (file === undefined))
    faults.push(source.fault('config-value', here, { message: '`passwords.breached` takes either `range` or `file`', label: 'one of two' }))
  if (range === undefined) return faults
  if (!isCallable(range.url) || /[?#]/.test(range.url))
    faults.push(
      source.fault('config-value', [...here, 'range', 'url'], {
        message:
          '`passwords.breached.range.url` takes an https address, or an http address of this machine, that five characters can stand behind',
        help: 'as in `https://pwned.example.com/range/`',
      }),
    )
  const seconds = durationSeconds(range.timeout)
  if (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS)
    faults.push(
      source.fault('config-value', [...here, 'range', 'timeout'], {
        message: `\`passwords.breached.range.timeout\` takes from \`1s\` to \`${MAX_TIMEOUT_SECONDS}s\``,
      }),
    )
  return faults
}
