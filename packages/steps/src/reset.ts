import { ask, defineStep, done, PasswordPolicy, rejected } from '@rekey/core'

/** Sets a new password, once the proof that the flow requires has been given. */
export const reset = defineStep({
  type: 'reset',
  version: 1,
  description: 'Asks for a new password and sets it',
  kind: 'newPassword',
  asks: 'Reset password',
  answer: { password: { type: 'string', secret: true, maxLength: 4096, description: 'Password' } },
  required: ['password'],
  needs: [],
  changes: 'password',
  refusal: { reason: 'policy', at: '/password' },
  inject: { policy: PasswordPolicy },

  prepare: () => ask({ tag: 'initial' }),

  async submit({ principal, deps }, { password }) {
    if (password.reveal() === '') return rejected('password-missing', '/password')
    const failures = await deps.policy.check(password, principal)
    return failures.length > 0 ? rejected('policy', '/password', failures) : done({ change: { is: 'password', secret: password } })
  },
})
