import { defineStep, done } from '@rekey/core'

/** Tells the person by mail that the flow has come this far. Who has no address is not told, and the flow goes on. */
export const notify = defineStep({
  type: 'notify',
  version: 1,
  description: 'Mails a notice',
  settings: {
    template: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$', default: 'password-changed', description: 'Name of the mail text' },
  },
  needs: [],

  prepare({ settings, principal }) {
    if (principal.mail === undefined) return done()
    const name = principal.givenName ?? principal.userName
    return done({ owes: [{ channel: 'email', template: settings.template, to: principal.mail, values: { name } }] })
  },
})
