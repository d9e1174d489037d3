import { ask, Codes, defineStep, done, durationSeconds, maskMail, rejected, type CodeFormat } from '@rekey/core'

/** Proves that the person reads the mailbox the directory holds for them. */
export const emailValidation = defineStep({
  type: 'emailValidation',
  version: 1,
  description: 'Mails a code and a link, and waits for either',
  settings: {
    template: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$', default: 'reset-code', description: 'Name of the mail text' },
    expires: { type: 'string', format: 'duration', default: '10m', description: 'Life of a code; at most a day' },
    code: { type: 'string', enum: ['digits', 'uuid'], default: 'digits', description: 'Look of the code' },
    length: { type: 'integer', minimum: 4, maximum: 12, default: 8, description: 'Digits of the code' },
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
  guessSpace: ({ code, length }) => (code === 'uuid' ? 2 ** 122 : 10 ** length),
  inject: { codes: Codes },

  prepare({ settings, principal, round, openedAt }) {
    const lifeSeconds = durationSeconds(settings.expires)
    return ask(
      { tag: 'validateCode', to: maskMail(principal.mail) },
      {
        owes: [
          {
            channel: 'email',
            template: settings.template,
            to: principal.mail,
            values: { name: principal.givenName ?? principal.userName, expiresMinutes: String(Math.ceil(lifeSeconds / 60)) },
            code: { round, format: formatOf(settings) },
            link: settings.link,
            expiresAt: openedAt + lifeSeconds,
          },
        ],
      },
    )
  },

  submit({ settings, deps, round, openedAt, now }, { code }) {
    if (code.reveal() === '') return rejected('code-missing', '/code')
    const right = deps.codes.matches(code, round, formatOf(settings))
    return right && now < openedAt + durationSeconds(settings.expires) ? done() : rejected('code-mismatch', '/code')
  },
})

function formatOf({ code, length }: { readonly code: 'digits' | 'uuid'; readonly length: number }): CodeFormat {
  return code === 'uuid' ? { is: 'uuid' } : { is: 'digits', length }
}
