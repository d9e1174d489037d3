import { MemoryDirectory } from '../../memory/memory-directory.js'
import { Audit } from '../../ports/audit.js'
import { Bearers } from '../../ports/bearers.js'
import { Captcha } from '../../ports/captcha.js'
import { Codes } from '../../ports/codes.js'
import { Directory } from '../../ports/directory.js'
import { Mailer } from '../../ports/mailer.js'
import { Once } from '../../ports/once.js'
import { PasswordGenerator } from '../../ports/password-generator.js'
import { PasswordPolicy } from '../../ports/passwords.js'
import { Sessions, type Session } from '../../ports/sessions.js'
import { Sms } from '../../ports/sms.js'
import { Validator } from '../../ports/validator.js'
import type { CodeFormat, Round } from '../../step/message.js'
import { provide, type Provision } from '../../step/plugin.js'
import { Secret } from '../../step/secret.js'
import { SAMPLE_PERSON, SAMPLE_QUESTIONS } from './sample-person.js'

/** A bearer token that the double of `Bearers` takes for the sample person. */
export const SAMPLE_BEARER = 'sample-bearer-token-of-jdoe'

/** What the double of `Captcha` takes for the response of a human. */
export const SAMPLE_HUMAN = 'human'

/** The code of a round: never the same for two rounds, always the same for one. */
export function sampleCode({ number }: Round, format: CodeFormat): string {
  const digits = String(48_773_822 + number * 7_919)
  return format.is === 'uuid' ? `4f5a0c1e-0000-8000-8000-0000${digits}` : digits.repeat(2).slice(0, format.length)
}

/** Small honest doubles of the services that come with Rekey. They keep nothing from one visit to the next. */
export const SAMPLE_SERVICES: readonly Provision[] = [
  provide(Directory, () => new MemoryDirectory([SAMPLE_PERSON], { questions: SAMPLE_QUESTIONS })),
  provide(Codes, () => ({
    of: (round, format) => new Secret(sampleCode(round, format)),
    matches: (given, round, format) => given.reveal() === sampleCode(round, format),
  })),
  provide(PasswordPolicy, () => {
    const checkStatic = (secret: Secret) => (secret.reveal().length < 8 ? [{ rule: 'MIN_LENGTH', params: { minLength: 8 } }] : [])
    return {
      rules: () => [{ id: 'minimum-length', rule: 'MIN_LENGTH', params: { minLength: 8 } }],
      checkStatic,
      check: async (secret) => checkStatic(secret),
    }
  }),
  provide(PasswordGenerator, () => ({ generate: ({ length }) => new Secret('Gen3rated-'.repeat(7).slice(0, length)) })),
  provide(Sessions, () => {
    const issued = new Map<string, Session>()
    const revoked = new Map<string, number>()
    return {
      issue: async (session) => {
        const token = `SAMPLESESSIONTOKEN${issued.size}`
        issued.set(token, session)
        return new Secret(token)
      },
      find: async (token) => issued.get(token.reveal()),
      revoke: async (token) => void issued.delete(token.reveal()),
      revokeUntil: async (principal, until) => void revoked.set(principal, Math.max(until, revoked.get(principal) ?? 0)),
      revokedUntil: async (principal) => revoked.get(principal),
    }
  }),
  provide(Once, () => {
    const claimed = new Set<string>()
    return { claim: async (key) => claimed.size < claimed.add(key).size }
  }),
  provide(Bearers, () => ({
    verify: async (token) => (token.reveal() === SAMPLE_BEARER ? { principal: 'p-sample', scopes: ['*'], subjects: ['jdoe'] } : undefined),
  })),
  provide(Captcha, () => ({
    widget: () => ({ vendor: 'sample', siteKey: 'sample-site' }),
    verify: async ({ response }) => (response.reveal() === SAMPLE_HUMAN ? 'human' : 'robot'),
  })),
  provide(Validator, () => ({ validate: async () => ({ agrees: true }) })),
  provide(Audit, () => ({ record: () => {} })),
  provide(Mailer, () => ({ send: async () => {} })),
  provide(Sms, () => ({ send: async () => {} })),
]
