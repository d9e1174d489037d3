import { ask, defineStep, Directory, done, rejected } from '@rekey/core'

/** Proves that the person knows their present password: as a log-in does, and before a change while somebody is signed in. */
export const currentPassword = defineStep({
  type: 'currentPassword',
  version: 1,
  description: 'Asks for the present password',
  kind: 'password',
  channel: 'knowledge',
  asks: 'Enter your password',
  answer: { password: { type: 'string', secret: true, maxLength: 4096, description: 'Password' } },
  required: ['password'],
  needs: [],
  proves: { class: 'knowledge', channel: 'knowledge' },
  refusal: { reason: 'password-mismatch', at: '/password' },
  inject: { directory: Directory },

  prepare: () => ask({ tag: 'initial' }),

  async submit({ principal, deps }, { password }) {
    const right = await deps.directory.verifyPassword(principal.id, password)
    return right ? done() : rejected('password-mismatch', '/password')
  },
})
