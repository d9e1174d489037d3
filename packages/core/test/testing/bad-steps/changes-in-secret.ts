import { ask, defineStep, done } from '../../../src/index.js'

/** Changes a password, and no compiler asks for proof before it. */
export const changesInSecret = defineStep({
  type: 'acme/changesInSecret',
  version: 1,
  description: 'Sets a password',
  kind: 'newPassword',
  asks: 'Choose a password',
  answer: { password: { type: 'string', secret: true, maxLength: 256 } },
  required: ['password'],
  needs: [],
  prepare: () => ask({ tag: 'initial' }),
  submit: (_context, { password }) => done({ change: { is: 'password', secret: password } }),
})
