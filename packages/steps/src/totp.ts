import { ask, defineStep, Directory, done, Once, rejected } from '@rekey/core'
import { sameText } from './timed-token.js'
import { decodeBase32, TOTP_DIGITS, TOTP_STEP_SECONDS, totpCode, totpStep } from './totp-code.js'

/** Steps before and after the present one whose codes are taken. Source: RFC 6238 section 5.2. */
const SKEW_STEPS = 1

/** The secret of people who have none: their codes are computed like anybody's, and never match. */
const NO_SECRET = new Uint8Array(20)

/** Proves that the person holds the device whose authenticator app they have set up. */
export const totp = defineStep({
  type: 'totp',
  version: 1,
  description: 'Asks for the code that an authenticator app shows',
  kind: 'code',
  channel: 'app',
  asks: 'Enter the code of your authenticator app',
  answer: { code: { type: 'string', secret: true, maxLength: 128, description: 'Code of the authenticator app' } },
  required: ['code'],
  needs: ['totp'],
  proves: { class: 'possession', channel: 'app' },
  refusal: { reason: 'code-mismatch', at: '/code' },
  guessSpace: () => 10 ** TOTP_DIGITS / (2 * SKEW_STEPS + 1),
  inject: { directory: Directory, once: Once },

  prepare: () => ask({ tag: 'validateCode' }),

  async submit({ principal, deps, now }, { code }) {
    if (code.reveal() === '') return rejected('code-missing', '/code')
    const text = await deps.directory.totpSecret(principal.id)
    const key = text && decodeBase32(text.reveal())
    const typed = code.reveal().replaceAll(' ', '')
    let matched: number | undefined
    for (let skew = -SKEW_STEPS; skew <= SKEW_STEPS; skew += 1) {
      const step = totpStep(now) + skew
      // No early exit: the time must not tell how far away the clock of the device is.
      if (sameText(typed, totpCode(key ?? NO_SECRET, step))) matched ??= step
    }
    if (!key || matched === undefined) return rejected('code-mismatch', '/code')
    // Each code is good once, over all conversations. Source: RFC 6238 section 5.2.
    const fresh = await deps.once.claim(`totp:${principal.id}:${matched}`, TOTP_STEP_SECONDS * (2 * SKEW_STEPS + 2))
    return fresh ? done() : rejected('code-mismatch', '/code')
  },
})
