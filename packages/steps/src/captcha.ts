import { createHash } from 'node:crypto'
import { ask, Captcha, defineStep, done, Once, rejected } from '@rekey/core'

/** Longer than any vendor lets a response live; the longest that is known is five minutes, of Turnstile. */
const KEPT_SECONDS = 3_600

/** Asks for a sign that a human is there. It proves nothing about anybody: it only makes starts dear for programs. */
export const captcha = defineStep({
  type: 'captcha',
  version: 1,
  description: 'Asks for a captcha; a provider of the configuration judges it. It proves nothing about the person',
  settings: {
    provider: {
      type: 'string',
      pattern: '^[a-z][a-z0-9-]{0,63}$',
      default: 'default',
      description: 'Which of the providers of the configuration',
    },
    action: {
      type: 'string',
      pattern: '^[A-Za-z0-9_/-]{1,32}$',
      description: 'What the page must have told the provider that the person is about to do; for vendors that tell it back',
    },
  },
  kind: 'captcha',
  asks: 'Show that you are no robot',
  // The longest that a vendor names are 16 KB. Source: Friendly Captcha, siteverify.
  answer: { response: { type: 'string', secret: true, maxLength: 16_384, description: 'Captcha response' } },
  required: ['response'],
  inject: { captcha: Captcha, once: Once },

  prepare: ({ settings: { provider, action }, deps }) =>
    ask({ tag: 'initial', captcha: { ...deps.captcha.widget(provider), ...(action !== undefined && { action }) } }),

  async submit({ settings: { provider, action }, deps }, { response }) {
    const said = await deps.captcha.verify({ provider, response, ...(action !== undefined && { action }) })
    if (said === 'robot') return rejected('captcha-refused', '/response')
    // Vendors take a response once; whether two requests at once are both told yes, nobody promises.
    const digest = createHash('sha256').update(response.reveal()).digest('base64url')
    const fresh = await deps.once.claim(`captcha:${provider}:${digest}`, KEPT_SECONDS)
    return fresh ? done() : rejected('captcha-refused', '/response')
  },
})
