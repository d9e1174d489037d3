import { CAPTCHA_VENDORS } from '../adapters/captcha/vendors.js'
import { group, standing } from './groups.js'

/** The providers that the step `captcha` asks. */
export const CAPTCHA_SCHEMA = standing('Who tells humans from robots for the step `captcha`.', {
  providers: {
    type: 'array',
    maxItems: 16,
    items: group(
      'A provider of captchas.',
      {
        name: {
          type: 'string',
          pattern: '^[a-z][a-z0-9-]{0,63}$',
          default: 'default',
          description: 'The name by which flows call it. A step that names none means `default`.',
        },
        vendor: {
          enum: CAPTCHA_VENDORS,
          description: 'Whose captcha it is. `siteverify` is any other that answers as reCAPTCHA does, and needs a `url`.',
        },
        siteKey: {
          type: 'string',
          minLength: 1,
          maxLength: 256,
          pattern: '^[\\x21-\\x7e]+$',
          description: 'Public key of the site; pages are told it.',
        },
        secret: {
          type: 'string',
          secret: true,
          minLength: 16,
          maxLength: 512,
          pattern: '^[\\x21-\\x7e]+$',
          description: 'Secret key of the site; of Friendly Captcha the API key.',
        },
        url: {
          type: 'string',
          description: 'Where the provider is asked; https, or a loopback address. Default: the address that the vendor documents.',
        },
        hosts: {
          type: 'array',
          items: { type: 'string', pattern: '^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$' },
          maxItems: 64,
          uniqueItems: true,
          default: [],
          description: 'Hosts whose pages count, as the provider tells them. Default: any that the provider lets use the key.',
        },
        minScore: {
          type: 'number',
          minimum: 0,
          maximum: 1,
          description:
            'Least score of a human, for `recaptcha-v3` and `siteverify`. Default: 0.5 for `recaptcha-v3`; of `siteverify` none is looked at.',
        },
        timeout: {
          type: 'string',
          format: 'duration',
          default: '5s',
          description: 'How long a call may take, 20 s at most. Without an answer nobody passes, and no try is counted.',
        },
      },
      ['vendor', 'siteKey', 'secret'],
    ),
    default: [],
    description: 'The providers. A flow that asks one that is not here is not served.',
  },
})
