import { Codes, defineStep, maskPhone } from '@rekey/core'
import { codeSpace } from './code-format.js'
import { askForCode, judgeCode, judgeLink, RESEND } from './sent-code.js'

/** Proves that the person reads the text messages of the telephone the directory holds for them. */
export const smsValidation = defineStep({
  type: 'smsValidation',
  version: 1,
  description: 'Sends a code by text message, and waits for it or for the link',
  settings: {
    template: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$', default: 'reset-code-sms', description: 'Name of the text' },
    expires: { type: 'string', format: 'duration', longest: '10m', default: '10m', description: 'Life of a code; 10 minutes at most' },
    code: { type: 'string', enum: ['digits', 'uuid'], default: 'digits', description: 'Look of the code' },
    length: { type: 'integer', minimum: 4, maximum: 12, default: 6, description: 'Digits of the code' },
    resend: RESEND,
    link: { type: 'boolean', default: false, description: 'Whether the message holds a link by which the reader goes on' },
  },
  kind: 'code',
  channel: 'sms',
  asks: 'Verify texted code',
  answer: { code: { type: 'string', secret: true, maxLength: 128, description: 'Enter code texted' } },
  required: ['code'],
  needs: ['phone'],
  proves: { class: 'possession', channel: 'sms', subject: 'phone' },
  refusal: { reason: 'code-mismatch', at: '/code' },
  guessSpace: codeSpace,
  inject: { codes: Codes },

  prepare: (context) => askForCode(context, { channel: 'sms', to: context.principal.phone, masked: maskPhone(context.principal.phone) }),

  submit: (context, { code }) => judgeCode(context, code),

  approved: (context) => judgeLink(context),
})
