import { ask, defineStep, done, failed, PasswordPolicy, rejected } from '@rekey/core'

/** Sets the first password of somebody who has none. A login session is proof enough for it: there is nothing to take away from anybody. */
export const firstPassword = defineStep({
  type: 'firstPassword',
  version: 1,
  description: 'Asks for a first password and sets it; ends the flow for whoever has one',
  kind: 'newPassword',
  asks: 'Set password',
  answer: { password: { type: 'string', secret: true, maxLength: 4096, description: 'Password' } },
  required: ['password'],
  needs: [],
  changes: 'password',
  first: true,
  refusal: { reason: 'policy', at: '/password' },
  inject: { policy: PasswordPolicy },

  prepare: ({ principal }) => (principal.hasPassword ? failed('has-password') : ask({ tag: 'initial' })),

  async submit({ principal, deps }, { password }) {
    if (principal.hasPassword) return failed('has-password')
    if (password.reveal() === '') return rejected('password-missing', '/password')
    const failures = await deps.policy.check(password, principal)
    return failures.length > 0 ? rejected('policy', '/password', failures) : done({ change: { is: 'password', secret: password } })
  },
})
