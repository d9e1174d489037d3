import { Codes, defineStep, maskMail } from '@rekey/core'
import { codeSpace } from './code-format.js'
import { askForCode, judgeCode, judgeLink, RESEND } from './sent-code.js'

/** Proves that the person reads the mailbox the directory holds for them. */
export const emailValidation = defineStep({
  type: 'emailValidation',
  version: 1,
  description: 'Mails a code and a link, and waits for either',
  settings: {
    template: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$', default: 'reset-code', description: 'Name of the mail text' },
    expires: { type: 'string', format: 'duration', longest: '1d', default: '10m', description: 'Life of a code; at most a day' },
    code: { type: 'string', enum: ['digits', 'uuid'], default: 'digits', description: 'Look of the code' },
    length: { type: 'integer', minimum: 4, maximum: 12, default: 8, description: 'Digits of the code' },
    resend: RESEND,
    link: { type: 'boolean', default: true, description: 'Whether the mail holds a link by which the reader goes on' },
  },
  kind: 'code',
  channel: 'email',
  asks: 'Verify emailed code',
  answer: { code: { type: 'string', secret: true, maxLength: 128, description: 'Enter code emailed' } },
  required: ['code'],
  needs: ['mail'],
  proves: { class: 'possession', channel: 'email', subject: 'mail' },
  refusal: { reason: 'code-mismatch', at: '/code' },
  guessSpace: codeSpace,
  inject: { codes: Codes },

  prepare: (context) => askForCode(context, { channel: 'email', to: context.principal.mail, masked: maskMail(context.principal.mail) }),

  submit: (context, { code }) => judgeCode(context, code),

  approved: (context) => judgeLink(context),
})
