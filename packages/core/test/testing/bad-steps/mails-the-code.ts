import { ask, Codes, defineStep, done, rejected } from '../../../src/index.js'

const FORMAT = { is: 'digits', length: 8 } as const

/** Puts the code itself into the message, where outbox, log and snapshot keep it. */
export const mailsTheCode = defineStep({
  type: 'acme/mailsTheCode',
  version: 1,
  description: 'Mails a code',
  kind: 'code',
  channel: 'email',
  asks: 'Enter the code',
  answer: { code: { type: 'string', secret: true, maxLength: 64 } },
  required: ['code'],
  needs: ['mail'],
  proves: { class: 'possession', channel: 'email', subject: 'mail' },
  refusal: { reason: 'code-mismatch', at: '/code' },
  inject: { codes: Codes },
  prepare: ({ principal, deps, round }) =>
    ask(
      { tag: 'initial' },
      { owes: [{ channel: 'email', template: 'code', to: principal.mail, values: { code: deps.codes.of(round, FORMAT).reveal() } }] },
    ),
  submit: ({ deps, round }, { code }) => (deps.codes.matches(code, round, FORMAT) ? done() : rejected('code-mismatch', '/code')),
})
